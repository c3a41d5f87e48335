import { NodeOperationError, type INode, type INodeExecutionData } from 'n8n-workflow';

import {
	acceptRunAgain,
	park,
	ParkedRunNotFound,
	resumeUrl,
	resumeUrlOfLaterNode,
	resumeUrlOfNode,
	resumeWebhooks,
	runAgain,
	wasCalledBack,
} from '../../../../../nodes/Runflow/host/run/parkedRun.ts';
import { parkedContext } from '../../../../fakes/resumeRun.ts';
import { RESUME_URL, waitingContext } from '../../../../fakes/waitingContext.ts';

const contextAt = (url: string) =>
	waitingContext({ parameters: {}, resumeUrl: url, nodeId: 'node-7' }).context;

describe('resumeUrl', () => {
	it("is n8n's own, with its token", () => {
		expect(resumeUrl(contextAt(RESUME_URL))).toBe(RESUME_URL);
	});
});

describe('resumeUrlOfNode', () => {
	it.each([
		[
			'https://n8n.test/webhook-waiting/100?signature=token-1',
			'https://n8n.test/webhook-waiting/100/node-7?signature=token-1',
		],
		['https://n8n.test/webhook-waiting/100', 'https://n8n.test/webhook-waiting/100/node-7'],
		[
			'http://n8n.test:5678/below/webhook-waiting/100?signature=a%2Bb&x=1',
			'http://n8n.test:5678/below/webhook-waiting/100/node-7?signature=a%2Bb&x=1',
		],
	])('of %s has the node in its path and keeps the token', (url, own) => {
		expect(resumeUrlOfNode(contextAt(url))).toBe(own);
	});
});

describe('resumeUrlOfLaterNode', () => {
	it("names no node, but is not n8n's plain address, which its own Wait would take", () => {
		expect(resumeUrlOfLaterNode(contextAt(RESUME_URL))).toBe(
			'https://n8n.test/webhook-waiting/100/runflow?signature=token-1',
		);
		expect(resumeWebhooks.map(({ path }) => path)).toEqual(['', '={{ $nodeId }}', 'runflow']);
	});
});

describe('park', () => {
	const parkedWith = async (onError?: INode['onError']) => {
		const setup = { parameters: {}, items: 2, node: { onError } };
		const { context, executeData } = waitingContext(setup);
		const output = await park(context, 60_000, 'The time is over');
		return { output, input: context.getInputData(), atTimeLimit: executeData.data.main[0] ?? [] };
	};

	it('returns a copy of the input, since n8n may empty what a node returns', async () => {
		const { output, input } = await parkedWith();
		expect(output).toEqual(input);
		expect(output).not.toBe(input);
	});

	it.each([
		['text', 'MODEL_ERROR'],
		['nothing', null],
		['no', false],
	])(
		'returns no field `error`, by which n8n would run the node again, for %s',
		async (_, error) => {
			const items = [{ json: { row: 0, error }, binary: {} }, { json: { row: 1 } }];
			const { context, executeData } = waitingContext({ parameters: {}, items });
			const output = await park(context, 60_000, 'The time is over');
			expect(output).toEqual([{ json: { row: 0 }, binary: {} }, { json: { row: 1 } }]);
			expect(executeData.data.main[0]).toEqual(items);
		},
	);

	it.each([undefined, 'continueRegularOutput', 'stopWorkflow'] as const)(
		'leaves the input for the time limit as it is where on error is %s',
		async (onError) => {
			const { input, atTimeLimit } = await parkedWith(onError);
			expect(atTimeLimit).toBe(input);
		},
	);

	it('sends the items to the error output at the time limit where there is one', async () => {
		const { output, input, atTimeLimit } = await parkedWith('continueErrorOutput');
		expect(atTimeLimit.map(({ json, error }) => [json, error?.message])).toEqual([
			[{ row: 0 }, 'The time is over'],
			[{ row: 1 }, 'The time is over'],
		]);
		expect(output).toEqual(input);
		expect(input.every((item) => !('error' in item))).toBe(true);
	});
});

describe('runAgain', () => {
	it('has the node run on its own input, each item marked beside its json', () => {
		const input: INodeExecutionData[] = [{ json: { row: 0 } }, { json: { error: 'own' } }];
		const { context, node } = parkedContext({ input });
		const [items] = runAgain(context);
		expect(node.disabled).toBe(false);
		expect(items.map(({ json }) => json)).toEqual([{ row: 0 }, { error: 'own' }]);
		expect(items.every(({ error }) => error instanceof NodeOperationError)).toBe(true);
		expect(input).toEqual([{ json: { row: 0 } }, { json: { error: 'own' } }]);
	});

	it('marks what n8n turns into an error item if it passes the input on', () => {
		const { context } = parkedContext({ input: [{ json: { row: 0 } }] });
		const [[item]] = runAgain(context);
		// n8n-core, WorkflowExecute.normalizeNodeErrors
		const passedOn = item.error === undefined ? item.json : { error: item.error.message };
		expect(passedOn).toEqual({
			error: 'n8n passed the input of the Runflow node on instead of its results',
		});
	});

	it('fails where n8n does not hand over the parked node', () => {
		const { context } = parkedContext({ input: null });
		expect(() => runAgain(context)).toThrow(ParkedRunNotFound);
	});
});

describe('wasCalledBack', () => {
	it('is true from the callback that runs the node again until the node parks again', async () => {
		const parked = parkedContext({});
		const resumed = () => {
			const { context, executeData } = waitingContext({ parameters: {} });
			return { context, executeData: Object.assign(executeData, parked.executeData) };
		};
		expect(wasCalledBack(resumed().context)).toBe(false);
		runAgain(parked.context);
		expect(wasCalledBack(resumed().context)).toBe(true);
		// Another try of Retry On Fail begins with the same entry.
		const { context } = resumed();
		expect(wasCalledBack(context)).toBe(true);
		await park(context, 60_000, 'The time is over');
		expect(wasCalledBack(context)).toBe(false);
	});
});

describe('acceptRunAgain', () => {
	it('takes the mark from the input, so that a later time limit passes it on unchanged', () => {
		const [items] = runAgain(parkedContext({ input: [{ json: { row: 0 } }] }).context);
		const { context } = waitingContext({ parameters: {}, items });
		acceptRunAgain(context);
		expect(items).toEqual([{ json: { row: 0 } }]);
	});
});
