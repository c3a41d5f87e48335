import { inspect } from 'node:util';

import { ExpressionError, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { toNodeError } from '../../../../../nodes/Runflow/host/errors/nodeError.ts';
import {
	EgressRefusedError,
	getBatch,
	MaybeDoneError,
	RequestCancelledError,
	RunflowApiError,
	RunflowConnectionError,
} from '../../../../../nodes/Runflow/runflow/index.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { runflow, withoutNetwork } from '../../../../fakes/network.ts';
import { API_KEY, CALLBACK_SECRET, fakeNode, PREVIOUS_SECRET } from '../../../../fakes/node.ts';

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
		expect(error.description).toMatch(/Organization ID\..* Batch x exists\.$/);
	});

	it.each([
		new RunflowConnectionError('lost', 'api.runflow.test', { code: 'ECONNRESET' }),
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

	it('keeps a node error that lacks nothing', () => {
		const own = new NodeOperationError(node, 'wrong', { itemIndex: 3, description: 'Fix it.' });
		expect(toNodeError(node, own, 9)).toBe(own);
	});

	it('adds what a node error lacks to a copy', () => {
		const own = new NodeOperationError(node, 'wrong', { itemIndex: 3, description: 'Fix it.' });
		const noted = toNodeError(node, own, 9, 'Batch x exists.');
		expect(noted).toBeInstanceOf(NodeOperationError);
		expect(noted).toMatchObject({
			message: 'wrong',
			description: 'Fix it. Batch x exists.',
			context: { itemIndex: 3 },
			stack: own.stack,
		});
		const bare = new NodeApiError(node, {}, { message: 'refused', httpCode: '409' });
		const placed = toNodeError(node, bare, 7);
		expect(placed).toBeInstanceOf(NodeApiError);
		expect(placed).toMatchObject({
			message: 'refused',
			httpCode: '409',
			context: { itemIndex: 7 },
		});
		expect(placed.description).toBe(bare.description);
	});

	it.each([
		new NodeOperationError(node, 'wrong', { description: 'Fix it.' }),
		new NodeApiError(node, {}, { message: 'refused' }),
		new ExpressionError('an expression failed'),
		new RunflowApiError(409, { code: 'CONFLICT', message: 'no' }),
	])('never changes what it is given: $name', (shared) => {
		const before = inspect(shared, { depth: 3 });
		const shown = [1, 2].map((itemIndex) =>
			toNodeError(node, shared, itemIndex, 'Batch x exists.'),
		);
		expect(inspect(shared, { depth: 3 })).toBe(before);
		expect(shown.map(({ context }) => context.itemIndex)).toEqual([1, 2]);
		expect(shown[0].description).toBe(shown[1].description);
	});

	it('takes the status of a request that may be done', () => {
		const failure = new MaybeDoneError(new RunflowApiError(503, undefined));
		expect(toNodeError(node, failure, 0)).toMatchObject({ httpCode: '503' });
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
