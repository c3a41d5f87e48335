import {
	createBatch,
	getBatch,
	listBatchItems,
	listModels,
	readCallback,
	RunflowAnswerError,
} from '../../../../../nodes/Runflow/runflow/index.ts';
import { ADAPTERS } from '../../../../fakes/adapters.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { callbackBody } from '../../../../fakes/callbacks.ts';
import { emulatorOfEachTest } from '../../../../fakes/emulatorOfEachTest.ts';
import { API_KEY } from '../../../../fakes/node.ts';
import { answerOf } from '../../../../fakes/transport.ts';

// n8n lends its zod to the lite edition. All n8n so far have zod 3; this is what happens on zod 4.
jest.mock('zod', () => jest.requireActual<object>('zod/v4'));

const emulator = emulatorOfEachTest({ apiKey: API_KEY });

const answering = (answer: object) =>
	fakeApi({ transport: { send: async () => answerOf(() => answer) } });

describe('on zod 4', () => {
	it('answers of Runflow pass as they are', async () => {
		// n8n's helper would get this zod as well.
		const transport = ADAPTERS.undici.transport();
		const api = fakeApi({ baseUrl: emulator().url, transport });
		const body = JSON.stringify({ input: [{ prompt: 'a' }] });
		const created = await createBatch(api, 'acme/undeclared', body, 'one');
		await emulator().settled();
		expect(await getBatch(api, created.id)).toMatchObject({ id: created.id, items_total: 1 });
		expect(await listBatchItems(api, created.id)).toHaveLength(1);
		expect((await listModels(api)).length).toBeGreaterThan(0);
	});

	it('an odd field is left out, and an answer without what it needs is none', async () => {
		const id = '0190b6f2-0000-7000-8000-000000000001';
		const odd = { id, status_code: 'running', items_total: 'many', metadata: [] };
		expect(await getBatch(answering(odd), id)).toEqual({ id, status_code: 'running' });
		expect(await rejection(getBatch(answering({ status_code: 1 }), id))).toBeInstanceOf(
			RunflowAnswerError,
		);
	});

	it('callbacks are told from what is none', () => {
		expect(readCallback(callbackBody())).toMatchObject({ valid: true });
		expect(readCallback(Buffer.from('{"event":"batch.succeeded"}'))).toMatchObject({
			valid: false,
			fault: expect.stringContaining('batch_id'),
		});
	});
});
