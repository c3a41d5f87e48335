import type { IDataObject } from 'n8n-workflow';

import { createBatch } from '../../../../emulator/apiClient.ts';
import { startEmulator, type Emulator } from '../../../../emulator/emulator.ts';
import { rejection } from '../../../../fakes/api.ts';
import { runEmulated, someRun } from '../../../../fakes/emulatedRun.ts';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0 });
});
afterEach(async () => await emulator.close());

const run = async (parameters: IDataObject) => await runEmulated(emulator, parameters);

describe('Run > Get Many', () => {
	it('gives as many as wanted, those of batches among them, and those of a client ref', async () => {
		await createBatch(emulator, [{ prompt: 'b', client_ref: 'row-0' }]);
		for (const client_ref of ['one', 'two']) await someRun(emulator, { client_ref });
		const get = async (more: IDataObject) =>
			(await run({ operation: 'getAll', ...more })).map(({ json }) => json.client_ref);
		expect((await get({ returnAll: true })).sort()).toEqual(['one', 'row-0', 'two']);
		expect(await get({ limit: 1 })).toHaveLength(1);
		expect(await get({ filters: { clientRef: 'two' } })).toEqual(['two']);
		emulator.settings.runFilter = 'colon';
		expect(await get({ filters: { clientRef: 'one' } })).toEqual(['one']);
		const error = (await rejection(get({ filters: { clientRef: "a' OR 1" } }))) as Error;
		expect(error.message).toContain("'Client Ref' of item 0 cannot contain '");
	});

	it('finds the run of a client ref behind others where Runflow does not filter', async () => {
		emulator.settings.runFilter = 'neither';
		await someRun(emulator, { client_ref: 'mine' });
		const [mine] = emulator.runs.values();
		for (const made of [mine, ...mine.items]) made.createdAt = 0;
		for (let others = 0; others < 60; others++) await someRun(emulator);
		const filters = { clientRef: 'mine' };
		for (const limit of [1, 50]) {
			const found = await run({ operation: 'getAll', limit, filters });
			expect(found.map(({ json }) => json.client_ref)).toEqual(['mine']);
		}
	});
});
