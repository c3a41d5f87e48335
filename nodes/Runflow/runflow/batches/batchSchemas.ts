import { z } from 'zod';

import { count, record, text } from '../http/answerFields';

/*
 * The shapes of batches and their items.
 * Sources: docs.runflow.io, api-reference create-batch, get-batch.
 */

// The docs say a decimal string; a number is read as well.
const cost = z.union([z.string(), z.number()]).nullish();

const batchItemHandle = z
	.object({
		id: text,
		sequence_index: count,
		run_id: text,
		status_code: text,
		client_ref: text,
	})
	.passthrough();

const batchFields = {
	id: z.string(),
	items_total: count,
	items_succeeded: count,
	items_failed: count,
	items_cancelled: count,
	items: z.array(batchItemHandle).nullish(),
	// Results that were paid for: whatever it is, it stays.
	output: z.unknown(),
	cost,
	metadata: record,
	callback_url: text,
	created_at: text,
	started_at: text,
	completed_at: text,
};

/** Answer to POST /v1/models/{owner}/{slug}/batches. Of what was paid for only the id is required. */
export const createdBatchSchema = z.object({ ...batchFields, status_code: text }).passthrough();
export type CreatedBatch = z.infer<typeof createdBatchSchema>;

/** Answer to GET /v1/batches/{id}. */
export const batchSchema = z
	.object({
		...batchFields,
		status_code: z.string(),
		input: z.unknown(),
		duration_ms: count,
		failure_code: text,
		failure_message: text,
		failure_stage_code: text,
	})
	.passthrough();
export type Batch = z.infer<typeof batchSchema>;

/**
 * One element of GET /v1/batches/{batch_id}/items: a batch item with its input, output and cost.
 * Source: docs.runflow.io, list-batch-items-with-live-execution-state.
 */
export const batchItemSchema = z
	.object({
		id: text,
		batch_id: text,
		sequence_index: count,
		run_id: text,
		status_code: text,
		client_ref: text,
		input: z.unknown(),
		output: z.unknown(),
		error: z.unknown(),
		cost,
		created_at: text,
		started_at: text,
		completed_at: text,
	})
	.passthrough();
export type BatchItem = z.infer<typeof batchItemSchema>;
