import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../../fakes/emulatorOfEachTest.ts';
import { payments, retry, Run } from '../../../../../fakes/executionChain.ts';

/* A connection that was refused has sent nothing for certain (see CONNECTION_FAILURES). */
const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

it('a row that was corrected is not bought as it was, where nothing had been sent', async () => {
	const of =
		(third: string) =>
		(item: number): IDataObject => ({
			operation: 'create',
			itemJson: { row: item, prompt: item === 2 ? third : 'good' },
		});
	const run = new Run(emulator(), { items: 3 });
	// Nobody listens there: ECONNREFUSED.
	const nowhere = { apiKey: emulator().apiKey, baseUrl: 'http://127.0.0.1:9' };
	await rejection(run.execute({ of: of('wrong'), credential: nowhere }));
	expect(emulator().requests.filter(({ method }) => method === 'POST')).toEqual([]);
	await run.execute({
		...retry('101'),
		of: of('right'),
		storedParameters: { itemJson: '={{ corrected }}' },
	});
	expect(payments(emulator())).toEqual({ 0: 1, 1: 1, 2: 1 });
});
