import { BATCH_ID, callbackBody } from '../../../fakes/callbacks.ts';
import { batchIdOf } from '../../../fakes/createRun.ts';
import { credential } from '../../../fakes/node.ts';
import { receiveCallback } from '../../../fakes/receiveRun.ts';
import { resumeParked } from '../../../fakes/resumeRun.ts';
import { closeServers, startServer } from '../../../fakes/server.ts';

afterEach(closeServers);

const body = callbackBody();

/** A Runflow that takes requests and never answers them, or never gets to the end of an answer. */
async function silentRunflow(begins: boolean) {
	const baseUrl = await startServer((_request, response) => {
		if (begins) response.writeHead(200, { 'content-type': 'application/json' }).write('{"id": ');
	});
	return { ...credential, baseUrl };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
	const start = performance.now();
	const outcome = await work;
	expect(performance.now() - start).toBeLessThan(3_000);
	return outcome;
}

describe.each([
	['does not answer', false],
	['does not get to the end of its answer', true],
])('while Runflow %s', (_, begins) => {
	it('a trigger that asks the API answers 503', async () => {
		const asking = receiveCallback({
			body,
			headers: {},
			parameters: { authenticity: 'api' },
			credential: await silentRunflow(begins),
			workflowId: `workflow-in-time-${begins}`,
		});
		expect(await inTime(asking)).toMatchObject({ status: 503, started: undefined });
	});

	it('a trigger starts with what a signed callback tells', async () => {
		const partial = receiveCallback({
			body: callbackBody({ output: null }),
			parameters: { output: 'items' },
			credential: await silentRunflow(begins),
			workflowId: `workflow-in-time-${begins}`,
		});
		expect(await inTime(partial)).toMatchObject({
			status: 200,
			started: [{ json: { batch_id: BATCH_ID } }],
		});
	});

	it('a parked node that waits for another batch too answers 503 and stays parked', async () => {
		const batches = [BATCH_ID, batchIdOf(1)].map((id) => ({ id, itemIndexes: [0] }));
		const parked = resumeParked({
			body,
			awaiting: { runIndex: 0, batches, failed: [] },
			credential: await silentRunflow(begins),
		});
		expect(await inTime(parked)).toMatchObject({
			status: 503,
			started: undefined,
			disabled: true,
		});
	});
});
