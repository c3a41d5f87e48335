// The main job on this machine, step by step: rows go out as a batch, and the signed callback starts
// a workflow with the results. Real n8n, the packed package, an emulated Runflow.
import { strict as assert } from 'node:assert';
import { createHmac } from 'node:crypto';

import { itemsOf } from '../n8n/index.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { loadExample, type LoadedExample } from './exampleWorkflows.ts';

interface Delivery {
	status_code: string;
	payload_bytes: string;
	signing_secret_id: string | null;
	attempts: Array<{
		attempt_number: number;
		status_code: number;
		response_body: string;
		response_time_ms: number;
	}>;
}

let steps = 0;
const step = (text: string) => console.log(`\n${++steps}. ${text}`);
const fact = (text: string) => console.log(`   ${text}`);

async function publish(stage: Stage, { workflow, callbackUrl }: LoadedExample): Promise<string> {
	step(`Publish the example "${workflow.name}"`);
	assert(callbackUrl, 'the example has no Runflow Trigger');
	const refusal = await stage.n8n.activate(workflow.id);
	assert(!refusal, `n8n did not publish the example: ${refusal}`);
	fact(`Runflow Trigger listens on ${callbackUrl}`);
	return callbackUrl;
}

/** Runs the upper row of the example by hand; returns the batch that it made. */
async function createBatch(stage: Stage, { workflow }: LoadedExample) {
	step('Run it: three product rows become one batch');
	const { executionId } = await stage.n8n.runWorkflow(workflow.id);
	const execution = await stage.n8n.waitForExecution({ id: executionId });
	const problem = execution.data.resultData.error?.message;
	assert.equal(execution.status, 'success', `execution ${executionId} failed: ${problem}`);
	const rows = itemsOf(execution, 'One item per product');
	const batches = itemsOf(execution, 'Create batch').map(({ json }) => json);
	assert.equal(batches.length, 1, `expected one batch, n8n shows ${batches.length}`);
	const [batch] = batches;
	assert.equal(batch.items_total, rows.length, 'not every row is in the batch');
	const requests = stage.emulator.requests.filter(({ path }) => path.endsWith('/batches'));
	assert.equal(requests.length, 1, `expected one request, Runflow saw ${requests.length}`);
	const [{ method, path, status, headers }] = requests;
	assert.equal(status, 201, `${method} ${path} answered ${status}`);
	assert(headers['idempotency-key'], 'the request had no Idempotency-Key');
	fact(`Execution ${executionId} ended with ${execution.status}`);
	fact(`${method} ${path} answered ${status}, Idempotency-Key ${headers['idempotency-key']}`);
	fact(`Batch ${batch.id} of ${batch.items_total} items is ${batch.status_code}`);
	return { batchId: String(batch.id), rows };
}

/** Waits for the batch's callback; returns the delivery. */
async function awaitCallback(stage: Stage, batchId: string): Promise<Delivery> {
	step('Runflow finishes the batch and posts its signed callback to n8n');
	await stage.emulator.settled();
	const deliveries = stage.emulator.deliveries(batchId) as unknown as Delivery[];
	assert.equal(deliveries.length, 1, `expected one delivery, there are ${deliveries.length}`);
	const [delivery] = deliveries;
	assert(delivery.signing_secret_id, 'the callback was not signed');
	const bytes = Buffer.byteLength(delivery.payload_bytes);
	fact(`${bytes} bytes, signed with the secret ${delivery.signing_secret_id}`);
	for (const attempt of delivery.attempts) {
		const { attempt_number, status_code, response_time_ms, response_body } = attempt;
		fact(
			`Attempt ${attempt_number} answered ${status_code} in ${response_time_ms} ms: ${response_body}`,
		);
	}
	assert.equal(delivery.status_code, 'succeeded', `the delivery is ${delivery.status_code}`);
	return delivery;
}

/** Shows what the callback's execution made of the rows. */
async function showResults(stage: Stage, example: LoadedExample, rows: unknown[]): Promise<void> {
	step('The callback has started the lower row of the example');
	const match = { workflowId: example.workflow.id, mode: 'webhook' };
	const execution = await stage.n8n.waitForExecution(match);
	assert.equal(execution.status, 'success', `execution ${execution.id} ended otherwise`);
	fact(`Execution ${execution.id} ended with ${execution.status}`);
	const skus = rows.map((row) => (row as { json: { sku: string } }).json.sku);
	const results = itemsOf(execution, 'Result').map(({ json }) => json);
	assert.deepEqual(
		results.map(({ sku }) => sku),
		skus,
		'the results are not those of the rows, in their order',
	);
	const table = [
		['row', 'sku', 'status', 'result'],
		...results.map((result, index) => [
			String(index + 1),
			String(result.sku),
			String(result.status),
			String(result.result_url).split('?')[0],
		]),
	];
	const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
	console.log();
	for (const row of table)
		fact(
			row
				.map((cell, column) => cell.padEnd(widths[column]))
				.join('  ')
				.trimEnd(),
		);
	console.log();
	for (const { sku, status, result_url } of results) {
		assert.equal(status, 'succeeded', `${String(sku)} is ${String(status)}`);
		const file = await fetch(String(result_url));
		const type = file.headers.get('content-type');
		assert(file.ok && type === 'image/png', `the result of ${String(sku)} is no picture`);
		fact(`${String(sku)}: its URL gives ${(await file.arrayBuffer()).byteLength} bytes of ${type}`);
	}
}

/** Posts what is not from Runflow, then the real callback again: none may start the workflow. */
async function forge(stage: Stage, example: LoadedExample, url: string, delivery: Delivery) {
	step('A stranger posts callbacks, then Runflow repeats the real one');
	const genuine = delivery.payload_bytes;
	const altered = genuine.replace('batch.succeeded', 'batch.failed');
	assert.notEqual(altered, genuine, 'the altered callback is the real one');
	const signature = createHmac('sha256', stage.emulator.callbackSecret ?? '').update(genuine);
	const signed = { 'Runflow-Signature': signature.digest('hex') };
	const made = { 'Runflow-Signature': 'a'.repeat(64) };
	const posts: Array<[string, string, Record<string, string>, number]> = [
		['Without a signature', genuine, {}, 401],
		['With a made-up signature', genuine, made, 401],
		['Altered, with the real signature', altered, signed, 401],
		['Unaltered, with the real signature', genuine, signed, 200],
	];
	for (const [what, body, headers, expected] of posts) {
		const answer = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body,
		});
		const text = await answer.text();
		assert.equal(answer.status, expected, `${what}: answered ${answer.status} ${text}`);
		fact(`${what}: ${answer.status} ${text}`);
	}
	// One manual run and one callback: nothing else may have started.
	const modes = (await stage.n8n.executions(example.workflow.id)).map(({ mode }) => mode).sort();
	assert.deepEqual(modes, ['manual', 'webhook'], `executions that n8n shows: ${modes.join(', ')}`);
	fact('None started anything: n8n still shows two executions, the manual one and the callback');
}

async function run(): Promise<void> {
	step('Start n8n with the packed package, and a Runflow on this machine');
	const stage = await startStage({ log: fact });
	try {
		const example = await loadExample(stage, 'start-a-workflow-from-callbacks');
		const url = await publish(stage, example);
		const { batchId, rows } = await createBatch(stage, example);
		const delivery = await awaitCallback(stage, batchId);
		await showResults(stage, example, rows);
		await forge(stage, example, url, delivery);
	} finally {
		await stage.close();
	}
}

try {
	await run();
	console.log('\nDemo finished');
} catch (error) {
	const { message, stack } = error as Error;
	console.error(`\nThe demo failed: ${error instanceof assert.AssertionError ? message : stack}`);
	process.exitCode = 1;
}
