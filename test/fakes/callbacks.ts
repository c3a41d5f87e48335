export const BATCH_ID = '3c90c3cc-0d44-4b50-8888-8dd25736052a';

/** A callback as the docs describe it, all eight fields there. */
export function callbackPayload(change: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		event: 'batch.partial_succeeded',
		batch_id: BATCH_ID,
		status: 'partial_succeeded',
		output: {
			items: [
				{
					id: 'b1a2c3d4-0000-4000-8000-000000000001',
					sequence_index: 1,
					status_code: 'failed',
					client_ref: 'row-1',
					run_id: 'b1a2c3d4-0000-4000-8000-000000000011',
					input: { prompt: 'b' },
					error: { code: 'MODEL_ERROR' },
				},
				{
					id: 'b1a2c3d4-0000-4000-8000-000000000000',
					sequence_index: 0,
					status_code: 'succeeded',
					client_ref: 'row-0',
					run_id: 'b1a2c3d4-0000-4000-8000-000000000010',
					input: { prompt: 'a' },
					output: { url: 'https://files.runflow.test/a.png' },
				},
			],
			succeeded: 1,
			failed: 1,
			cancelled: 0,
			total: 2,
		},
		duration_ms: 1234,
		created_at: '2026-05-06T10:00:00.000+00:00',
		completed_at: '2026-05-06T10:00:01.234+00:00',
		metadata: { order: 4711 },
		...change,
	};
}

/** The bytes of a callback. */
export function callbackBody(change: Record<string, unknown> = {}): Buffer {
	return Buffer.from(JSON.stringify(callbackPayload(change)));
}
