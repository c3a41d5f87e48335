import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { sign } from '../../nodes/Runflow/runflow/index.ts';
import { callbackBody } from '../fakes/callbacks.ts';
import { batchIdOf } from '../fakes/createRun.ts';
import { eventually } from '../stage/eventually.ts';
import { batchesSince, createAndWait, jsonOf, rowsOf, start, textsOf } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { post, publishTrigger } from '../stage/trigger.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());
afterEach(() => {
	stage.emulator.release();
	stage.emulator.callbackFaults.clear();
});

/** Parks rows whose batch runs until the test ends it. */
async function park(
	rows: object[],
	{ parameters = {}, settings = {}, after = [] as Array<ReturnType<typeof node>> } = {},
) {
	const earlier = stage.emulator.batches.size;
	stage.emulator.holdBatches();
	const nodes = [
		...manualRows(rows),
		createAndWait(stage, { waitFor: 'callback', ...parameters }, settings),
	];
	const { executionId } = await start(stage, workflow('Parked', [...nodes, ...after]));
	// With Retry On Fail n8n may park it and run it again at once.
	await stage.n8n.waitForExecution(({ id, status }) => id === executionId && status !== 'running');
	const [batch] = batchesSince(stage, earlier);
	return { executionId, batch, made: () => batchesSince(stage, earlier).length };
}

/** Counts the requests that a node of a workflow makes. */
async function counter() {
	let count = 0;
	const server = createServer((_, response) => {
		count++;
		response.end('{}');
	}).listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	return { url, count: () => count, close: () => server.close() };
}

function signedCallback(batch_id: string) {
	const body = callbackBody({ batch_id, event: 'batch.succeeded', status: 'succeeded' });
	return {
		body,
		headers: { 'runflow-signature': sign(body, stage.emulator.callbackSecret ?? '') },
	};
}

it('a parked execution outlives that n8n cannot store that it goes on', async () => {
	const { executionId, batch } = await park(rowsOf(textsOf(2)));
	// n8n's database refuses, as with a full disk.
	const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
	const database = new DatabaseSync(join(stage.n8n.userFolder, '.n8n', 'database.sqlite'));
	database.exec('PRAGMA busy_timeout = 5000');
	database.exec(
		"CREATE TRIGGER full BEFORE UPDATE ON execution_entity WHEN NEW.status = 'running' BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
	);
	stage.emulator.release();
	const attempts = () =>
		stage.emulator
			.deliveries(batch.id)
			.flatMap((delivery) => delivery.attempts as Array<{ status_code: number }>)
			.map(({ status_code }) => status_code);
	await eventually(attempts, ({ length }) => length > 0);
	database.exec('DROP TRIGGER full');
	database.close();
	const execution = await stage.n8n.waitForExecution({ id: executionId, status: 'success' });
	expect(jsonOf(execution, 'Runflow')).toHaveLength(2);
	expect(attempts()[0]).toBe(500);
	expect(attempts().at(-1)).toBe(200);
});

it('a parked execution goes on once where its callback comes several times at once', async () => {
	const downstream = await counter();
	// The emulator's own callbacks are refused with 401.
	stage.emulator.callbackFaults.add({ kind: 'tamper-signature', times: 100 });
	const options = { url: downstream.url, options: {} };
	const after = [node('Downstream', 'httpRequest', options, { typeVersion: 4.2 })];
	const { executionId, batch } = await park(rowsOf(textsOf(1)), { after });
	stage.emulator.finish(batch.id);
	const { body, headers } = signedCallback(batch.id);
	const answers = await Promise.all(
		Array.from({ length: 4 }, async () => {
			const answer = await post(String(batch.callbackUrl), body, headers);
			return { status: answer.status, text: await answer.text() };
		}),
	);
	await stage.n8n.waitForExecution({ id: executionId, status: 'success' });
	downstream.close();
	// n8n before 2.8 answers what goes on with the address of a form; from 2.8 on it refuses the rest.
	const ofForms = answers.filter(({ text }) => text.includes('formWaitingUrl'));
	const accepted = answers.filter(({ status }) => status === 200);
	expect(ofForms.length > 0 ? ofForms : accepted).toHaveLength(1);
	expect(downstream.count()).toBe(1);
});

it('a parked execution stays so with Retry On Fail where its input has a field `error`', async () => {
	const rows = rowsOf(textsOf(2)).map((row) => ({ ...row, error: 'of an earlier try' }));
	const itemJson = '={{ ({ image_url: $json.image_url, client_ref: $json.client_ref }) }}';
	const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };
	const { executionId, made } = await park(rows, { parameters: { itemJson }, settings });
	expect((await stage.n8n.execution(executionId)).status).toBe('waiting');
	stage.emulator.release();
	const execution = await stage.n8n.waitForExecution({ id: executionId, status: 'success' });
	expect(jsonOf(execution, 'Runflow')).toHaveLength(2);
	expect(made()).toBe(1);
});

it('callbacks leave nothing behind in the memory of n8n', async () => {
	const { url } = await publishTrigger(stage);
	const resident = () => {
		const status = readFileSync(`/proc/${stage.n8n.pid}/status`, 'utf8');
		return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
	};
	const send = async (first: number, count: number) => {
		for (let index = first; index < first + count; index++) {
			const { body, headers } = signedCallback(batchIdOf(index));
			expect((await post(url, body, headers)).status).toBe(200);
		}
	};
	await send(0, 50);
	const before = resident();
	await send(50, 150);
	// Isolates that n8n did not take back would be two or three megabytes for each callback.
	expect(resident() - before).toBeLessThan(150);
}, 120_000);
