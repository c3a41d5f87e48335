import { createHmac, randomUUID } from 'node:crypto';
import type { INode } from 'n8n-workflow';

import { jsonOf } from '../stage/runs.ts';
import { node } from '../stage/workflow.ts';
import { mapConcurrently } from './concurrently.ts';
import { deliver, type Callback } from './deliver.ts';
import { ended } from './ended.ts';
import { publishTrigger } from './production.ts';
import type { QueueStage } from './queue-stage.ts';
import { note, remark } from './tally.ts';

const BATCHES = 450;
/** Repeats that follow their original at once, so that the proxy hands them to the other process. */
const AT_ONCE = 25;
/** Repeats that come when their original was answered long ago. */
const LATER = 25;
const CONCURRENCY = 50;

/** 500 callbacks at once, 50 of them repeats: what is delivered, started, lost and doubled. */
export function describeManyCallbacks(stage: () => QueueStage): void {
	describe('500 callbacks at once, 50 of them repeats', () => {
		it('start every batch, none lost; a table that inserts each batch once drops every repeat', async () => {
			const credentials = await createTable(stage());
			const { workflowId, url } = await publishTrigger(
				stage(),
				insertOnce(credentials),
				removeDuplicates('Retried', { retryOnFail: true }),
				removeDuplicates('Passed'),
			);
			const callbacks = mixed(stage().emulator.callbackSecret ?? '');
			const before = stage().proxy.passages.length;
			const began = Date.now();
			const refusals: string[] = [];
			const statuses = await mapConcurrently(callbacks, CONCURRENCY, async (callback) => {
				const { status, refused } = await deliver(url, callback);
				refusals.push(...refused);
				return status;
			});
			expect(statuses).toEqual(callbacks.map(() => 200));
			const answeredMs = Date.now() - began;
			const executions = await ended(stage(), workflowId, BATCHES);
			const endedMs = Date.now() - began;
			const seen = await mapConcurrently(executions, 8, async ({ id }) => {
				const execution = await stage().n8n.execution(id);
				const [{ batch_id: batchId }] = jsonOf(execution, 'Callback');
				const passed = (name: string) => jsonOf(execution, name).length;
				return {
					batchId: String(batchId),
					inserted: passed('Inserted'),
					retried: passed('Retried'),
					passed: passed('Passed'),
					error: execution.data.resultData.error?.message,
				};
			});
			const through = (name: 'inserted' | 'retried' | 'passed') =>
				seen.flatMap((entry) => Array<string>(entry[name]).fill(entry.batchId));
			const failed = seen.flatMap(({ error }) => error ?? []);
			const count = (what: string, out: string[], errors = 0) =>
				note({
					what,
					callbacks: callbacks.length,
					batches: BATCHES,
					delivered: statuses.filter((status) => status === 200).length,
					out,
					failed: errors,
				});
			const started = count(
				'Runflow Trigger alone, 50 at a time',
				seen.map(({ batchId }) => batchId),
			);
			const deduplicated = count(
				'the same, Remove Duplicates behind it',
				through('passed'),
				failed.length,
			);
			const retried = count(
				'the same, Remove Duplicates with Retry On Fail behind it',
				through('retried'),
			);
			const inserted = count('the same, Postgres insert behind it', through('inserted'));
			const perWorker = stage().workers.map(
				({ executionsStarted }) =>
					executions.filter(({ id }) => executionsStarted.includes(id)).length,
			);
			remark(
				`500 at once: ${JSON.stringify(stage().proxy.count('/webhook/', before))}; ` +
					`${perWorker.join(' and ')} executions by the two workers; ` +
					`answered after ${answeredMs} ms, ended after ${endedMs} ms; ` +
					`${refusals.length} tries refused: ${JSON.stringify([...new Set(refusals)])}; ` +
					`Remove Duplicates failed with ${JSON.stringify(failed)}.`,
			);
			expect(started.lost).toBe(0);
			expect(started.doubled).toBeLessThanOrEqual(AT_ONCE + LATER);
			expect(inserted).toEqual({ lost: 0, doubled: 0 });
			// Remove Duplicates reads its memory, and writes it back whole, without a lock. Repeats at the
			// same moment both pass, and of the very first two items one can fail: its row exists already.
			// Its error is gone when it is tried again.
			expect(retried.lost).toBe(0);
			expect(retried.doubled).toBeLessThanOrEqual(started.doubled);
			expect(deduplicated.doubled).toBeLessThanOrEqual(started.doubled);
			expect(deduplicated.lost).toBeLessThanOrEqual(failed.length);
			expect(failed.filter((message) => !message.includes('duplicate key'))).toEqual([]);
		});
	});
}

/** Callbacks as Runflow signs them, every repeat the same bytes as its original. */
function mixed(secret: string): Callback[] {
	const originals = Array.from({ length: BATCHES }, (): Callback => {
		const batchId = randomUUID();
		const body = JSON.stringify({
			event: 'batch.succeeded',
			batch_id: batchId,
			status: 'succeeded',
			output: { items: [], succeeded: 0, failed: 0, cancelled: 0, total: 0 },
			duration_ms: 1000,
			created_at: '2026-01-01T00:00:00+00:00',
			completed_at: '2026-01-01T00:00:01+00:00',
			metadata: null,
		});
		return { batchId, body, signature: createHmac('sha256', secret).update(body).digest('hex') };
	});
	const step = Math.floor(BATCHES / AT_ONCE);
	const first = originals.flatMap((callback, index) =>
		index % step === 0 && index / step < AT_ONCE ? [callback, callback] : [callback],
	);
	// Those that come later are other batches than those repeated at once. Every second one first:
	// the proxy then hands about half of them to the process that had their original.
	const others = originals.filter((_, index) => index % step === 1).slice(0, LATER);
	const later = [0, 1].flatMap((rest) => others.filter((_, index) => index % 2 === rest));
	return [...first, ...later];
}

/** A table whose key refuses a batch that is there, and the credential of n8n's Postgres node. */
async function createTable(stage: QueueStage) {
	await stage.query('CREATE TABLE seen_batches (batch_id uuid PRIMARY KEY)');
	const { id, name } = await stage.n8n.createCredential({
		name: 'Own database',
		type: 'postgres',
		data: {
			host: '127.0.0.1',
			port: stage.postgres.port,
			database: 'postgres',
			user: 'n8n',
			password: 'any',
			ssl: 'disable',
		},
	});
	return { postgres: { id, name } };
}

/** The database decides which of two came first: an item comes out for the first one alone. */
function insertOnce(credentials: { postgres: { id: string; name: string } }) {
	return [
		node(
			'Insert',
			'postgres',
			{
				operation: 'executeQuery',
				query: 'INSERT INTO seen_batches VALUES ($1) ON CONFLICT DO NOTHING RETURNING batch_id',
				options: { queryReplacement: '={{ $json.batch_id }}' },
			},
			{ typeVersion: 2.6, credentials },
		),
		node('Inserted', 'filter', onlyWithBatchId, { typeVersion: 2.2 }),
	];
}

/** n8n's Postgres node gives `{ success: true }` where a query returns no row. */
const onlyWithBatchId = {
	conditions: {
		options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
		conditions: [
			{
				id: 'has-batch-id',
				leftValue: '={{ $json.batch_id }}',
				rightValue: '',
				operator: { type: 'string', operation: 'exists', singleValue: true },
			},
		],
		combinator: 'and',
	},
	options: {},
};

function removeDuplicates(next: string, settings: Partial<INode> = {}) {
	return [
		node(
			`Remove Duplicates before ${next}`,
			'removeDuplicates',
			{
				operation: 'removeItemsSeenInPreviousExecutions',
				logic: 'removeItemsWithAlreadySeenKeyValues',
				dedupeValue: '={{ $json.batch_id }}',
				options: {},
			},
			{ typeVersion: 2, ...settings },
		),
		node(next, 'noOp'),
	];
}
