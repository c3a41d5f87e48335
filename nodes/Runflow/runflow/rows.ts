import { mediaUrls } from './outputs';
import { normalizeStatus } from './schemas';

/** What became of one element of a batch's input. */
export interface BatchRow {
	batch_id: string;
	/** Position in the batch's input, from 0. */
	sequence_index: number | null;
	status_code: string | null;
	client_ref: string | null;
	run_id: string | null;
	input?: unknown;
	/** The model's output; absent or null when the row did not succeed. */
	output?: unknown;
	/** Why the row failed; absent or null when it succeeded. */
	error?: unknown;
	/** Addresses of the media in the output. */
	urls: string[];
	[field: string]: unknown;
}

/**
 * The rows inside a finished batch, in input order. Reads the self-describing envelope
 * `{items: [...]}` that a batch's `output` is (docs.runflow.io, BatchCallbackPayload.output);
 * without one there are no rows. Fields beyond the known ones pass through.
 */
export function rowsOf(
	batchId: string,
	output: Record<string, unknown> | null | undefined,
): BatchRow[] {
	const items = output?.items;
	if (!Array.isArray(items)) return [];
	return items
		.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
		.map((item) => ({
			...item,
			batch_id: batchId,
			sequence_index: typeof item.sequence_index === 'number' ? item.sequence_index : null,
			status_code: typeof item.status_code === 'string' ? normalizeStatus(item.status_code) : null,
			client_ref: typeof item.client_ref === 'string' ? item.client_ref : null,
			run_id: typeof item.run_id === 'string' ? item.run_id : null,
			urls: mediaUrls(item.output),
		}))
		.sort((a, b) => (a.sequence_index ?? Infinity) - (b.sequence_index ?? Infinity));
}
