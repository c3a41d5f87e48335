import {
	answersWhenStored,
	freeOnceAnswered,
} from '../../../../nodes/Runflow/host/answersWhenStored.ts';
import { webhookContext } from '../../../fakes/webhookContext.ts';

const OLD = { NodeConnectionTypes: {} };

it('is the usual mode from n8n 2.8 on, and that of a form before', () => {
	expect(answersWhenStored()).toBe('onReceived');
	expect(answersWhenStored(OLD)).toBe('formPage');
});

describe('the isolate of a request', () => {
	/** How often it is given back until the request is answered, and after that. */
	async function givenBack(n8n: object | undefined, fault?: Error) {
		const { context, response, warnings } = webhookContext({});
		let times = 0;
		const releaseIsolate = async () => {
			times++;
			if (fault) throw fault;
		};
		Object.assign(context, { workflow: { expression: { releaseIsolate } } });
		freeOnceAnswered(context, n8n);
		const before = times;
		response.json({}).close(true);
		await new Promise((resolve) => setImmediate(resolve));
		return { before, after: times, warnings };
	}

	it('is given back once n8n has answered in the mode of a form', async () => {
		expect(await givenBack(OLD)).toEqual({ before: 0, after: 1, warnings: [] });
	});

	it('is left to n8n in the usual mode', async () => {
		expect(await givenBack(undefined)).toMatchObject({ after: 0 });
	});

	it('fails nothing where n8n does not take it, or has none', async () => {
		expect((await givenBack(OLD, new Error('no'))).warnings).toHaveLength(1);
		const { context, response } = webhookContext({});
		freeOnceAnswered(context, OLD);
		expect(() => response.json({}).close(true)).not.toThrow();
	});
});
