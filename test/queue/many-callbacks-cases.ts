import { createHmac, randomUUID } from 'node:crypto';

import { mapConcurrently } from './concurrently.ts';
import { jsonOf } from '../stage/runs.ts';
import { node } from '../stage/workflow.ts';
import { ended } from './ended.ts';
import { publishTrigger } from './production.ts';
import type { QueueStage } from './queue-stage.ts';

const BATCHES = 450;
/** Repeats that follow their original at once, so that the proxy hands them to the other process. */
const AT_ONCE = 25;
/** Repeats that come when their original was answered long ago. */
const LATER = 25;
const CONCURRENCY = 50;

interface Callback {
	batchId: string;
	body: string;
	signature: string;
}

/** 500 callbacks at once, 50 of them repeats: what is delivered, started, lost and doubled. */
export function describeManyCallbacks(stage: () => QueueStage): void {
	describe('500 callbacks at once, 50 of them repeats', () => {
		it('start every batch, none lost; a table that inserts each batch once drops every repeat', async () => {
			const credentials = await createTable(stage());
			const { workflowId, url } = await publishTrigger(stage(), insertOnce(credentials), [
				...removeDuplicates(),
			]);
			const callbacks = mixed(stage().emulator.callbackSecret ?? '');
			const before = stage().proxy.passages.length;
			const began = Date.now();
			const statuses = await mapConcurrently(callbacks, CONCURRENCY, async (callback) => {
				const answer = await fetch(url, {
					method: 'POST',
					headers: {
						'content-type': 'application/json',
						'runflow-signature': callback.signature,
					},
					body: callback.body,
				});
				await answer.arrayBuffer();
				return answer.status;
			});
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
					passed: passed('Passed'),
					error: execution.data.resultData.error?.message,
				};
			});
			const wanted = new Set(callbacks.map(({ batchId }) => batchId));
			const through = (name: 'inserted' | 'passed') =>
				seen.flatMap((entry) => Array<string>(entry[name]).fill(entry.batchId));
			const table = [
				row(
					'trigger alone',
					seen.map(({ batchId }) => batchId),
					wanted,
				),
				row('Remove Duplicates behind it', through('passed'), wanted),
				row('Postgres insert behind it', through('inserted'), wanted),
			];
			const perWorker = stage().workers.map(
				({ executionsStarted }) =>
					executions.filter(({ id }) => executionsStarted.includes(id)).length,
			);
			process.stdout.write(
				[
					'',
					`${callbacks.length} callbacks of ${wanted.size} batches, ${CONCURRENCY} at a time, two webhook processes, two workers:`,
					`answered 200: ${statuses.filter((status) => status === 200).length}; ${JSON.stringify(stage().proxy.count('/webhook/', before))}; executions per worker: ${perWorker.join(' and ')}; all answered after ${answeredMs} ms, all ended after ${endedMs} ms`,
					'',
					'| what counts | started or passed | lost | doubled |',
					'| --- | --- | --- | --- |',
					...table.map(({ text }) => text),
					'',
					`errors: ${JSON.stringify(counted(seen.flatMap(({ error }) => error ?? [])))}`,
					'',
				].join('\n'),
			);
			expect(statuses).toEqual(callbacks.map(() => 200));
			const [trigger, , inserted] = table;
			expect(trigger.lost).toBe(0);
			expect(trigger.doubled).toBeLessThanOrEqual(AT_ONCE + LATER);
			expect([inserted.passed, inserted.lost, inserted.doubled]).toEqual([BATCHES, 0, 0]);
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
	// Those that come later are other batches than those repeated at once.
	return [...first, ...originals.filter((_, index) => index % step === 1).slice(0, LATER)];
}

function row(name: string, batchIds: string[], wanted: Set<string>) {
	const different = new Set(batchIds);
	const lost = [...wanted].filter((id) => !different.has(id)).length;
	const doubled = batchIds.length - different.size;
	const text = `| ${name} | ${batchIds.length} | ${lost} | ${doubled} |`;
	return { passed: batchIds.length, lost, doubled, text };
}

function counted(texts: string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
	return counts;
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

function removeDuplicates() {
	return [
		node(
			'Remove Duplicates',
			'removeDuplicates',
			{
				operation: 'removeItemsSeenInPreviousExecutions',
				logic: 'removeItemsWithAlreadySeenKeyValues',
				dedupeValue: '={{ $json.batch_id }}',
				options: {},
			},
			{ typeVersion: 2 },
		),
		node('Passed', 'noOp'),
	];
}
