import { createHash } from 'node:crypto';

import type { INodeExecutionData } from 'n8n-workflow';

import type { Stage } from './operation.ts';

/** A file to upload. */
export const FILE = Buffer.alloc(300_000, 'Runflow');

/** What is wrong with downloaded files. */
export async function sameFiles(
	{ binaries }: Stage,
	output: INodeExecutionData[],
): Promise<string[]> {
	const problems: string[] = [];
	for (const { json, binary } of output) {
		const answer = await fetch(String(json.url));
		const right = Buffer.from(await answer.arrayBuffer());
		const stored = binaries.stored.get(binary?.data?.id ?? '');
		if (!stored || hash(stored) !== hash(right)) problems.push('the file differs');
	}
	return problems;
}

/** What is wrong with an uploaded file. */
export async function storedAsset(
	{ emulator }: Stage,
	output: INodeExecutionData[],
): Promise<string[]> {
	const asset = emulator.assets.get(String(output[0].json.asset_id));
	const confirmed = [...emulator.assets.values()].filter((each) => each.confirmed);
	return [
		...(asset?.confirmed ? [] : ['the asset is not confirmed']),
		...(asset?.bytes && hash(asset.bytes) === hash(FILE) ? [] : ['the asset has other bytes']),
		...(confirmed.length === 1 ? [] : [`${confirmed.length} assets were made`]),
	];
}

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
