import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../fakes/api.ts';
import {
	acceptBatches,
	createParameters,
	creations,
	runCreate,
} from '../../../../../fakes/createRun.ts';
import { requests, withoutNetwork } from '../../../../../fakes/network.ts';

withoutNetwork();

const element = { row: 0 };
const url = (callbackUrl: unknown) => ({ callback: 'url', callbackUrl }) as IDataObject;
const array = (batchJson: unknown) => ({ inputMode: 'jsonArray', batchJson }) as IDataObject;
const longUrl = (length: number) => `https://n8n.test/${'x'.repeat(length - 17)}`;

describe('Batch > Create: bad input of one item', () => {
	it.each<[string, string, IDataObject]>([
		['Model', 'is empty', { model: { __rl: true, mode: 'id', value: '' } }],
		['Model', 'must be owner/name, but is "upscale"', { model: { mode: 'id', value: 'upscale' } }],
		['Model', 'must be owner/name', { model: 'runflow/../../auth/me' }],
		['Model', 'must be owner/name, but is null', { model: { mode: 'id', value: null } }],
		['Item JSON', 'is not valid JSON', { itemJson: '{"a": }' }],
		['Item JSON', 'is empty', { itemJson: '  ' }],
		['Item JSON', 'is empty', { itemJson: null }],
		['Item JSON', 'must be a JSON object, but is [1]', { itemJson: '[1]' }],
		['Item JSON', 'must be a JSON object, but is "text"', { itemJson: '"text"' }],
		['Item JSON', 'must be a JSON object, but is 7', { itemJson: 7 }],
		['Item JSON.client_ref', 'has 256', { itemJson: { client_ref: 'x'.repeat(256) } }],
		['Item JSON.client_ref', 'must be text', { itemJson: { client_ref: { a: 1 } } }],
		['Client Ref', 'has 256', { options: { clientRef: 'x'.repeat(256) } }],
		['Batch JSON', 'must have 1 to 100 elements, but has 0', array('[]')],
		['Batch JSON', 'but has 101', array(Array(101).fill(element))],
		['Batch JSON', 'must be an array, but is {"a":1}', array({ a: 1 })],
		['Batch JSON', 'must be an array, but is empty', array('')],
		['Batch JSON', 'is not valid JSON', array('[{]')],
		['Batch JSON[1]', 'must be an object, but is null', array([element, null])],
		['Batch JSON[1]', 'must be an object, but is []', array([element, []])],
		['Batch JSON[0].client_ref', 'has 256', array([{ client_ref: 'x'.repeat(256) }])],
		['Metadata', 'must be a JSON object', { options: { metadata: '[]' } }],
		['Metadata', 'is not valid JSON', { options: { metadata: '{a: 1}' } }],
		['Callback URL', 'is empty', url(' ')],
		['Callback URL', 'must be an http or https address', url('ftp://n8n.test/x')],
		['Callback URL', 'must be an http or https address', url('n8n.test/webhook')],
		[
			'Callback URL',
			'but localhost:5678 exists in this network only',
			url('http://localhost:5678/x'),
		],
		['Callback URL', 'but 10.0.0.5 exists in this network only', url('https://10.0.0.5/x')],
		['Callback URL', 'may have at most 2048 characters, but has 2049', url(longUrl(2049))],
	])("names '%s', which %s", async (field, problem, change) => {
		// Item 0 is good and, with a model of its own, a batch of its own.
		const good = { model: 'runflow/alone', batchJson: [element], ...url('https://n8n.test/good') };
		const mode = {
			inputMode: change.inputMode ?? 'jsonPerItem',
			callback: change.callback ?? 'none',
		};
		const parameters = (item: number) =>
			createParameters({ ...(item === 0 ? good : change), ...mode })(item);
		const error = await rejection(runCreate({ items: 2, parameters }));
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: expect.stringContaining(`'${field}' of item 1 `),
			description: expect.stringMatching(/\w/),
			context: { itemIndex: 1 },
		});
		expect((error as Error).message).toContain(problem);
		expect(requests()).toEqual([]);
	});
});

describe('Batch > Create: input at its limits', () => {
	it.each<[string, IDataObject]>([
		['100 elements', array(Array(100).fill(element))],
		['a client_ref of 255 characters', { itemJson: { row: 0, client_ref: 'x'.repeat(255) } }],
		['a callback URL of 2048 characters', url(longUrl(2048))],
		['a callback URL over http', url('http://n8n.test/webhook')],
		['a model between slashes', { model: ' /runflow/upscale/ ' }],
		['JSON as text', { itemJson: '{"row": 0}' }],
	])('takes %s', async (_, change) => {
		acceptBatches(1);
		await runCreate({ parameters: createParameters(change) });
		expect(creations()).toHaveLength(1);
	});

	it('puts the Client Ref option beside the fields, but the one in the JSON goes first', async () => {
		acceptBatches(1);
		const parameters = (item: number): IDataObject =>
			createParameters({
				itemJson: [{ row: 0 }, { row: 1, client_ref: 'own' }, { row: 2, client_ref: 17 }][item],
				options: { clientRef: `ref-${item}` },
			})(item);
		await runCreate({ items: 3, parameters });
		expect(creations()[0].body.input).toEqual([
			{ row: 0, client_ref: 'ref-0' },
			{ row: 1, client_ref: 'own' },
			{ row: 2, client_ref: '17' },
		]);
	});

	it('does not change the input items', async () => {
		acceptBatches(1);
		const itemJson = Object.freeze({ row: 0 });
		await runCreate({ parameters: createParameters({ itemJson, options: { clientRef: 'r' } }) });
		expect(itemJson).toEqual({ row: 0 });
	});
});
