import { createHash } from 'node:crypto';
import type { INode } from 'n8n-workflow';

import type { WorkflowFile } from '../n8n/index.ts';
import { fetchFile } from './files.ts';
import { createAndWait } from './runs.ts';
import type { Stage } from './stage.ts';
import { manualRows, node, workflow } from './workflow.ts';

const uploadBinary = { uploadBinary: { files: [{ field: 'image_url', binaryProperty: 'data' }] } };

/** Media > Download, or another operation of that resource. */
export function media(
	stage: Stage,
	parameters: INode['parameters'] = {},
	settings: Partial<INode> = {},
): INode {
	return node(
		'Media',
		'n8n-nodes-runflow.runflow',
		{ resource: 'media', operation: 'download', ...parameters },
		{ credentials: stage.credential, ...settings },
	);
}

/** Batch > Create and Wait with the file of each item uploaded. */
export function withFiles(
	stage: Stage,
	settings: Partial<INode> = {},
	item = '{ "num_images": 3 }',
): INode {
	return createAndWait(stage, { itemJson: item, options: uploadBinary }, settings);
}

/** n8n's own node that hashes the file of each item. */
export function hashFiles(): INode {
	return node('Hash', 'crypto', {
		action: 'hash',
		type: 'SHA256',
		binaryData: true,
		binaryPropertyName: 'data',
		dataPropertyName: 'sha256',
	});
}

/** Pictures in, three results out for each, downloaded and hashed. */
export function mediaRound(stage: Stage, links: string[]): WorkflowFile {
	return workflow('Pictures', [
		...manualRows(links.map((link) => ({ link }))),
		fetchFile(),
		withFiles(stage),
		media(stage),
		hashFiles(),
	]);
}

export function sha256(bytes: Uint8Array): string {
	return createHash('sha256').update(bytes).digest('hex');
}

/** What a link leads to, fetched without n8n. */
export async function hashOf(url: string): Promise<string> {
	return sha256(new Uint8Array(await (await fetch(url)).arrayBuffer()));
}
