import { accept, answering, refuse } from '../../../../nodes/Runflow/callback/answer.ts';
import { finishAsN8n, webhookContext } from '../../../fakes/webhookContext.ts';

describe('accept', () => {
	it('leaves the 200 to n8n and starts nothing', () => {
		const { response } = webhookContext({});
		expect(finishAsN8n(response, accept('fine'))).toEqual({
			status: 200,
			answer: { received: true, message: 'fine' },
			started: undefined,
		});
	});
});

describe('refuse', () => {
	it.each([400, 401, 403, 503])('answers %d itself and logs why, and where', (status) => {
		const { context, response, warnings } = webhookContext({ workflowId: 'workflow-9' });
		expect(finishAsN8n(response, refuse(context, status, 'not genuine'))).toEqual({
			status,
			answer: { received: false, message: 'not genuine' },
			started: undefined,
		});
		expect(warnings.map((entry): unknown => JSON.parse(entry))).toEqual([
			[
				`Runflow callback refused with ${status}: not genuine`,
				{ workflowId: 'workflow-9', nodeName: 'Runflow Trigger' },
			],
		]);
	});
});

describe('answering', () => {
	const examined = { received: false, message: 'The callback could not be examined.' };
	const body = Buffer.from('{}');

	it('passes on what the handler answers, who gets the body', async () => {
		const { context, response } = webhookContext({ body });
		const answer = { ...accept('on'), workflowData: [[{ json: {} }]] };
		expect(
			await answering(context, async (bytes) => {
				expect(bytes).toBe(body);
				return answer;
			}),
		).toBe(answer);
		expect(response.sent).toEqual([]);
	});

	it('answers 400 where there is no body', async () => {
		const { context, response } = webhookContext({});
		const result = await answering(context, async () => accept('on'));
		expect(finishAsN8n(response, result)).toMatchObject({ status: 400, started: undefined });
	});

	it.each<[string, unknown, string]>([
		['an error', new TypeError('Credential with ID "7" is not there'), ' (Credential with ID'],
		['a text', 'secret text', 'The callback could not be examined."'],
		['nothing', undefined, 'The callback could not be examined."'],
	])(
		'answers 503 when the handler throws %s, and only the log says why',
		async (_, thrown, log) => {
			const { context, response, warnings } = webhookContext({ body });
			const result = await answering(context, async () => {
				throw thrown;
			});
			expect(finishAsN8n(response, result)).toEqual({
				status: 503,
				answer: examined,
				started: undefined,
			});
			expect(warnings).toEqual([expect.stringContaining(log.replaceAll('"7"', '\\"7\\"'))]);
		},
	);

	it('answers 503 within three seconds, whatever the handler waits for', async () => {
		jest.useFakeTimers();
		try {
			const { context, response } = webhookContext({ body });
			let deadline: AbortSignal | undefined;
			const result = answering(context, async (_bytes, signal) => {
				deadline = signal;
				return await new Promise<never>(() => {});
			});
			await jest.advanceTimersByTimeAsync(2_400);
			expect(response.sent).toEqual([]);
			await jest.advanceTimersByTimeAsync(600);
			expect(response.sent).toEqual([examined]);
			expect(finishAsN8n(response, await result)).toMatchObject({ status: 503 });
			expect(deadline?.aborted).toBe(true);
		} finally {
			jest.useRealTimers();
		}
	});
});
