import type { IDataObject } from 'n8n-workflow';

import { acceptBatches, batchIdOf } from '../../../../../fakes/createRun.ts';
import { requests, runflow, withoutNetwork } from '../../../../../fakes/network.ts';
import {
	answerBatch,
	answerItems,
	RESUME_URL,
	runWaiting,
	waitingParameters,
} from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

const A = batchIdOf(0);
const operations: Record<string, IDataObject> = {
	createAndWait: { waitFor: 'callback', timeout: 60 },
	wait: { operation: 'wait', batchId: A, waitFor: 'callback', timeout: 60 },
};

describe.each(Object.keys(operations))('Batch > %s, parked and run again', (operation) => {
	/** Parks the node; in what it gives back, n8n runs it again. */
	async function park() {
		const kept: IDataObject = {};
		const setup = { kept, parameters: waitingParameters(operations[operation]) };
		if (operation === 'createAndWait') acceptBatches(1);
		else answerBatch(A, 'running', { callback_url: RESUME_URL });
		answerBatch(A, 'running');
		expect((await runWaiting(setup)).parkedUntil).toHaveLength(1);
		return setup;
	}

	const always = (change: IDataObject) =>
		runflow()
			.persist()
			.get(`/v1/batches/${A}`)
			.reply(200, { id: A, callback_url: RESUME_URL, items_total: 1, ...change });

	it('parks once more where no callback has come, as by Retry On Fail', async () => {
		const setup = await park();
		const sent = requests().filter(({ method }) => method === 'POST').length;
		always({ status_code: 'running' });
		expect((await runWaiting(setup)).parkedUntil).toHaveLength(1);
		expect(requests().filter(({ method }) => method === 'POST')).toHaveLength(sent);
	});

	it('gives the results where the batch is finished by then', async () => {
		const setup = await park();
		always({ status_code: 'succeeded' });
		answerItems(A, [0]);
		const { output, parkedUntil } = await runWaiting(setup);
		expect([output[0].json.status_code, parkedUntil]).toEqual(['succeeded', []]);
	});
});
