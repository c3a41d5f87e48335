import { startEmulator, type Emulator } from '../../../../emulator/emulator.ts';
import { FakeBinaries } from '../../../../fakes/binaries.ts';
import { runEmulated, someRun } from '../../../../fakes/emulatedRun.ts';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0 });
});
afterEach(async () => await emulator.close());

it('Media > Download renews the link of a row that ran by itself', async () => {
	const runId = await someRun(emulator, { client_ref: 'mine' });
	const [row] = await runEmulated(emulator, { operation: 'get', runId });
	const url = String((row.json.urls as string[])[0]).replace(
		/signature=\w{8}/,
		'signature=00000000',
	);
	const parameters = { resource: 'media', operation: 'download', urls: [url], options: {} };
	const items = [{ json: { ...row.json, urls: [url] } }];
	const [file] = await runEmulated(emulator, parameters, { items, binaries: new FakeBinaries() });
	expect(file.json).toMatchObject({ run_id: runId, client_ref: 'mine', mime_type: 'image/png' });
	expect(file.binary?.data.id).toBeDefined();
});
