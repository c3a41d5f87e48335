import { inspect } from 'node:util';

import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { toNodeError } from '../../../../nodes/Runflow/host/nodeError.ts';
import {
	EgressRefusedError,
	getBatch,
	RequestCancelledError,
	RunflowApiError,
	RunflowConnectionError,
} from '../../../../nodes/Runflow/runflow/index.ts';
import { fakeApi, rejection } from '../../../fakes/api.ts';
import { BATCH_ID } from '../../../fakes/callbacks.ts';
import { runflow, withoutNetwork } from '../../../fakes/network.ts';
import { API_KEY, CALLBACK_SECRET, fakeNode, PREVIOUS_SECRET } from '../../../fakes/node.ts';

withoutNetwork();

const node = fakeNode();

describe('toNodeError', () => {
	it("makes a NodeApiError of Runflow's refusal, with status and item", () => {
		const refusal = new RunflowApiError(404, { code: 'NOT_FOUND', message: 'no' });
		const error = toNodeError(node, refusal, 7, 'Batch x exists.');
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({
			message: 'Runflow does not know this (no), or it belongs to another organization',
			httpCode: '404',
			context: { itemIndex: 7 },
		});
		expect(error.description).toMatch(/Organization ID\. Batch x exists\.$/);
	});

	it.each([
		new RunflowConnectionError('ECONNRESET', 'api.runflow.test', { unsent: false }),
		new EgressRefusedError('not allowed'),
		new RequestCancelledError(),
	])('makes a NodeApiError of $name', (failure) => {
		const error = toNodeError(node, failure, 2);
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error.context.itemIndex).toBe(2);
	});

	it.each([new TypeError('a bug'), 'text', undefined])(
		'makes a NodeOperationError of anything else: %s',
		(failure) => {
			const error = toNodeError(node, failure, 0);
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error.context.itemIndex).toBe(0);
		},
	);

	it('keeps a node error and its item, and adds what is missing', () => {
		const own = new NodeOperationError(node, 'wrong', { itemIndex: 3, description: 'Fix it.' });
		expect(toNodeError(node, own, 9, 'Batch x exists.')).toBe(own);
		expect(own.context.itemIndex).toBe(3);
		expect(own.description).toBe('Fix it. Batch x exists.');
		const bare = new NodeOperationError(node, 'wrong');
		expect(toNodeError(node, bare, 0).context.itemIndex).toBe(0);
	});

	it.each<[string, number, string]>([
		['an answer without JSON', 500, '<html>proxy</html>'],
		['a refusal', 401, JSON.stringify({ code: 'UNAUTHORIZED', message: 'Invalid token' })],
		['field errors', 422, JSON.stringify({ code: 'x', message: 'm', errors: [{ msg: 'no' }] })],
		['a success of another shape', 200, '{"id": 1}'],
	])('shows no secret after %s', async (_, status, body) => {
		runflow().get(`/v1/batches/${BATCH_ID}`).reply(status, body);
		const api = fakeApi({ retryPolicy: { attempts: 1 } });
		const error = toNodeError(node, await rejection(getBatch(api, BATCH_ID)), 0);
		const shown = JSON.stringify(error) + inspect(error, { depth: Infinity }) + error.stack;
		for (const secret of [API_KEY, CALLBACK_SECRET, PREVIOUS_SECRET, 'Bearer']) {
			expect(shown).not.toContain(secret);
		}
		expect(shown).toContain(error.message);
	});
});
