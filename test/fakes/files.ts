import { createHash } from 'node:crypto';

import { download, type DownloadOptions } from '../../nodes/Runflow/runflow/files/download.ts';
import type { FileAccess } from '../../nodes/Runflow/runflow/index.ts';
import { call } from '../emulator/apiClient.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { adapter } from './adapters.ts';
import { bytesOf } from './fileHost.ts';
import { instantRetries } from './retries.ts';

/** The way to files that retries without waiting. */
export function fakeFileAccess(baseUrl: string, change: Partial<FileAccess> = {}): FileAccess {
	const { policy: retryPolicy, clock } = instantRetries();
	return {
		transport: adapter.transport(),
		baseUrl,
		clock,
		retryPolicy,
		...change,
	};
}

/** The bytes of a file, downloaded from its link as the package does it: 1 MB at most, if no option says otherwise. */
export async function downloaded(
	baseUrl: string,
	link: string,
	options: Partial<DownloadOptions> = {},
	access: Partial<FileAccess> = {},
): Promise<Buffer> {
	const file = await download(fakeFileAccess(baseUrl, access), link, {
		maxBytes: 1_000_000,
		...options,
	});
	return await bytesOf(adapter.toStream(file));
}

/** Has an emulator make result files of a size; returns the batch and its links. */
export async function makeFiles(
	emulator: Emulator,
	count: number,
	output_bytes = 300_000,
): Promise<{ batchId: string; links: string[] }> {
	const input = Array.from({ length: count }, () => ({ output_bytes }));
	const { json } = await call(emulator, 'POST /v1/models/acme/big-files/batches', { input });
	await emulator.settled();
	const batch = await call(emulator, `GET /v1/batches/${json.id}`);
	const rows = batch.json.output.items as Array<{ output: { outputs: Array<{ url: string }> } }>;
	return {
		batchId: json.id as string,
		links: rows.flatMap(({ output }) => output.outputs.map(({ url }) => url)),
	};
}

/** What a link leads to, fetched in the plainest way. */
export async function bytesAt(link: string): Promise<Buffer> {
	return Buffer.from(await (await fetch(link)).arrayBuffer());
}

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}
