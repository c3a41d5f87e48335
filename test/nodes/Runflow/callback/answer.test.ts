import { accept, answerCallback, refuse } from '../../../../nodes/Runflow/callback/answer.ts';
import type { Authentication, BatchCallback } from '../../../../nodes/Runflow/runflow/index.ts';
import { callbackPayload } from '../../../fakes/callbacks.ts';
import { fakeClock } from '../../../fakes/clock.ts';
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

describe('answerCallback', () => {
	const examined = { received: false, message: 'The callback could not be examined.' };
	const body = Buffer.from('{}');
	const callback = callbackPayload() as BatchCallback;
	const genuine: Authentication = { genuine: true, callback, identity: 'one' };
	const believed = async () => genuine;

	it('passes on what the handler answers, who gets what the body was found to be', async () => {
		const { context, response } = webhookContext({ body });
		const answer = { ...accept('on'), workflowData: [[{ json: {} }]] };
		expect(
			await answerCallback(
				context,
				async (_context, bytes) => {
					expect(bytes).toBe(body);
					return genuine;
				},
				async (told) => {
					expect(told).toBe(genuine);
					return answer;
				},
			),
		).toBe(answer);
		expect(response.sent).toEqual([]);
	});

	it('answers 400 where there is no body', async () => {
		const { context, response } = webhookContext({});
		const result = await answerCallback(context, believed, async () => accept('on'));
		expect(finishAsN8n(response, result)).toMatchObject({ status: 400, started: undefined });
	});

	it('answers what the authentication says of a request that is no callback', async () => {
		const { context, response, warnings } = webhookContext({ body });
		const forged = {
			genuine: false,
			status: 401,
			fault: 'forged',
			cause: new Error('why'),
		} as const;
		const result = await answerCallback(
			context,
			async () => forged,
			async () => accept('on'),
		);
		expect(finishAsN8n(response, result)).toEqual({
			status: 401,
			answer: { received: false, message: 'forged' },
			started: undefined,
		});
		expect(warnings[0]).toContain('forged (why)');
	});

	it.each<[string, unknown, string]>([
		['an error', new TypeError('Credential with ID "7" is not there'), ' (Credential with ID'],
		['a text', 'secret text', 'The callback could not be examined."'],
		['nothing', undefined, 'The callback could not be examined."'],
	])(
		'answers 503 when the handler throws %s, and only the log says why',
		async (_, thrown, log) => {
			const { context, response, warnings } = webhookContext({ body });
			const result = await answerCallback(context, believed, async () => {
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
		let end = () => {};
		const pauses: number[] = [];
		const pause = async (ms: number) => {
			pauses.push(ms);
			await new Promise<void>((resolve) => (end = resolve));
		};
		const { context, response } = webhookContext({
			body,
			edition: { clock: fakeClock({ pause }) },
		});
		let deadline: AbortSignal | undefined;
		const begun = Promise.withResolvers<void>();
		const result = answerCallback(context, believed, async (_genuine, signal) => {
			deadline = signal;
			begun.resolve();
			return await new Promise<never>(() => {});
		});
		await begun.promise;
		expect([pauses, response.sent, deadline?.aborted]).toEqual([[2_500], [], false]);
		end();
		expect(finishAsN8n(response, await result)).toMatchObject({ status: 503, answer: examined });
		expect(deadline?.aborted).toBe(true);
	});
});
