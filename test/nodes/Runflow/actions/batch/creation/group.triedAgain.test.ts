import type { IDataObject } from 'n8n-workflow';

import { emulatorOfEachTest } from '../../../../../fakes/emulatorOfEachTest.ts';
import { payments, retry, Run, type Try } from '../../../../../fakes/executionChain.ts';
import { rowsOf, rowsSent } from '../../../../../fakes/triedAgain.ts';

/* A row that is left out keeps its place: also where failed rows are tried again. */
const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });
const twice = () => Object.entries(payments(emulator())).filter(([, times]) => times > 1);

const names = ['unreadable', 'fine', '[fail 1 a]', 'fine', '[fail 1 b]'];
const plan = (more: IDataObject = {}): Try => ({
	items: names.length,
	continueOnFail: true,
	of: (item) => ({
		...rowsOf(names, 1, more)(item),
		...(item === 0 ? { itemJson: 'no JSON' } : {}),
	}),
});

it('n8n was killed after it had tried rows again, and Retry, a row being left out each time', async () => {
	const parked = new Run(emulator(), plan({ waitFor: 'callback' }));
	emulator().holdBatches();
	await parked.execute();
	emulator().release();
	await emulator().settled();
	const killed = parked.fork();
	await killed.execute();
	await emulator().settled();
	expect(rowsSent(emulator())).toEqual([4, 2]);
	expect(twice()).toEqual([]);
	await parked.execute(retry('101')).catch(() => {});
	await emulator().settled();
	expect(twice()).toEqual([]);
});

it('the same where nothing is left out', async () => {
	const good = { ...plan({ waitFor: 'callback' }), of: rowsOf(names, 1, { waitFor: 'callback' }) };
	const parked = new Run(emulator(), good);
	emulator().holdBatches();
	await parked.execute();
	emulator().release();
	await emulator().settled();
	const killed = parked.fork();
	await killed.execute();
	await emulator().settled();
	await parked.execute(retry('101')).catch(() => {});
	await emulator().settled();
	expect(twice()).toEqual([]);
});
