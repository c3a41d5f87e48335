import type { IExecuteFunctions } from 'n8n-workflow';

import { currentRunIndex } from './awaiting';

/** What one run of a node has uploaded: asset ids by the hash of the content. */
interface Uploads {
	runIndex: number;
	assetIds: Record<string, string>;
}

const KEY = 'runflowUploads';

/**
 * What the current run of the node has uploaded already, in this try or, with Retry On Fail, in an
 * earlier one: the node's context outlives a try.
 */
export function keptUploads(context: IExecuteFunctions): Map<string, string> {
	return new Map(Object.entries(read(context).assetIds));
}

/** Keeps an upload for another try of the current run; those of earlier runs are forgotten. */
export function keepUpload(context: IExecuteFunctions, hash: string, assetId: string): void {
	const uploads = read(context);
	uploads.assetIds[hash] = assetId;
	context.getContext('node')[KEY] = JSON.stringify(uploads);
}

function read(context: IExecuteFunctions): Uploads {
	const kept: unknown = context.getContext('node')[KEY];
	const runIndex = currentRunIndex(context);
	const uploads = typeof kept === 'string' ? (JSON.parse(kept) as Uploads) : undefined;
	return uploads?.runIndex === runIndex ? uploads : { runIndex, assetIds: {} };
}
