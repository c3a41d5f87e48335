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
	it('passes on what the handler answers', async () => {
		const { context, response } = webhookContext({});
		const answer = { ...accept('on'), workflowData: [[{ json: {} }]] };
		expect(await answering(context, async () => answer)).toBe(answer);
		expect(response.sent).toEqual([]);
	});

	it.each<[string, unknown, string]>([
		['an error', new TypeError('a bug'), 'The callback could not be examined: a bug'],
		['a text', 'secret text', 'The callback could not be examined: unknown error'],
		['nothing', undefined, 'The callback could not be examined: unknown error'],
	])('answers 503 when the handler throws %s', async (_, thrown, message) => {
		const { context, response, warnings } = webhookContext({});
		const result = await answering(context, async () => {
			throw thrown;
		});
		expect(finishAsN8n(response, result)).toEqual({
			status: 503,
			answer: { received: false, message },
			started: undefined,
		});
		expect(warnings).toHaveLength(1);
	});
});
