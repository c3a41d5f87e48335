import { rejection } from '../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../fakes/emulatorOfEachTest.ts';
import { payments, Run } from '../../../../fakes/executionChain.ts';

const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

it('a whole number that JSON rounds is not sent as another one, and paid for', async () => {
	const run = new Run(emulator(), {
		of: () => ({ operation: 'create', itemJson: '{"prompt":"good","seed":12345678901234567890}' }),
		items: 1,
	});
	const { message } = (await rejection(run.execute())) as Error;
	expect(message).toMatch(
		/'Item JSON' of item 0 has the number "?12345678901234567890"?, which JSON would round/,
	);
	expect(emulator().requests.filter(({ method }) => method === 'POST')).toEqual([]);
});

it.each([
	'9007199254740991',
	'-9007199254740991',
	'0.1234567890123456789',
	'1e30',
	'"12345678901234567890"',
])('what JSON does not change by much goes out: %s', async (seed) => {
	const itemJson = `{"row":0,"prompt":"good","seed":${seed}}`;
	await new Run(emulator(), { of: () => ({ operation: 'create', itemJson }), items: 1 }).execute();
	expect(payments(emulator())).toEqual({ 0: 1 });
});
