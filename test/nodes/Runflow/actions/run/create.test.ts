import type { IDataObject } from 'n8n-workflow';

import { startCallbackReceiver } from '../../../../emulator/callbackReceiver.ts';
import { startEmulator, type Emulator } from '../../../../emulator/emulator.ts';
import { rejection } from '../../../../fakes/api.ts';
import { LONE_MODEL, runEmulated } from '../../../../fakes/emulatedRun.ts';
import type { WaitingSetup } from '../../../../fakes/waitingContext.ts';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0 });
});
afterEach(async () => await emulator.close());

const creation = {
	operation: 'create',
	model: LONE_MODEL,
	inputMode: 'jsonPerItem',
	callback: 'none',
};
const run = async (parameters: IDataObject, setup: Partial<WaitingSetup> = {}) =>
	await runEmulated(emulator, parameters, setup);

describe('Run > Create', () => {
	it('makes a run for each item, and none of a batch', async () => {
		const itemJson = { prompt: 'a', client_ref: 'mine' };
		const output = await run({ ...creation, itemJson }, { items: 2 });
		expect([emulator.batches.size, emulator.runs.size]).toEqual([0, 2]);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([[{ item: 0 }], [{ item: 1 }]]);
		expect(output[0].json).toMatchObject({
			id: output[0].json.run_id,
			status_code: 'queued',
			client_ref: 'mine',
			error: null,
		});
		expect(output[0].json).not.toHaveProperty('input');
	});

	it('has Runflow call each run back at the address given', async () => {
		const receiver = await startCallbackReceiver();
		const url = { callback: 'url', callbackUrl: receiver.url };
		await run({ ...creation, ...url, itemJson: { prompt: 'a' }, options: { metadata: { a: 1 } } });
		await emulator.settled();
		await receiver.close();
		const [id] = emulator.runs.keys();
		expect(JSON.parse(receiver.received[0].body.toString('utf8'))).toMatchObject({
			event: 'run.completed',
			run_id: id,
			metadata: { a: 1 },
		});
	});

	it('names the field that Runflow refuses', async () => {
		const error = (await rejection(run({ ...creation, itemJson: { prompt: 1 } }))) as Error;
		expect(error.message).toBe(
			"Runflow does not accept 'prompt' of item 0: Input should be a valid string",
		);
	});
});
