import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../../../../../nodes/Runflow/Runflow.node.ts';
import { startEmulator, type Emulator } from '../../../../../emulator/emulator.ts';
import { rejection } from '../../../../../fakes/api.ts';
import { FakeBinaries } from '../../../../../fakes/binaries.ts';
import { executeContext, type ExecuteSetup } from '../../../../../fakes/executeContext.ts';
import { credential } from '../../../../../fakes/node.ts';

let emulator: Emulator;
const binaries = new FakeBinaries();

beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 5 });
});
afterEach(async () => await emulator.close());

const picture = (text: string, mimeType = 'image/png') =>
	binaries.binary(Buffer.from(text), { mimeType });
const row = (...texts: string[]): INodeExecutionData => ({
	json: {},
	binary: Object.fromEntries(
		texts.map((text, at) => [at === 0 ? 'data' : `data_${at}`, picture(text)]),
	),
});
const onto = (...pairs: Array<[string, string]>) => ({
	options: {
		uploadBinary: { files: pairs.map(([field, binaryProperty]) => ({ field, binaryProperty })) },
	},
});
const single = onto(['image_url', 'data']);

async function run(
	items: INodeExecutionData[],
	change: IDataObject = {},
	setup: Partial<ExecuteSetup> = {},
): Promise<INodeExecutionData[]> {
	const context = executeContext({
		parameters: {
			resource: 'batch',
			operation: 'create',
			model: { mode: 'id', value: 'acme/undeclared' },
			inputMode: 'jsonPerItem',
			itemJson: {},
			callback: 'none',
			...single,
			...change,
		},
		items,
		binaries,
		credential: { ...credential, apiKey: emulator.apiKey, baseUrl: emulator.url },
		...setup,
	});
	return (await new Runflow().execute.call(context))[0];
}

const inputs = () =>
	[...emulator.batches.values()].flatMap(({ items }) => items.map(({ input }) => input));
const contentOf = (ref: unknown) =>
	emulator.assets.get(String(ref).replace('runflow://assets/', ''))?.bytes?.toString();
const sent = (start: string) =>
	emulator.requests.filter(({ method, path }) => `${method} ${path}`.startsWith(start));

describe('uploadBinary', () => {
	it('puts a reference to the file of each row into its batch item', async () => {
		await run([row('one'), row('two')], { itemJson: { prompt: 'x' } });
		expect(inputs()).toMatchObject([{ prompt: 'x' }, { prompt: 'x' }]);
		expect(inputs().map(({ image_url }) => contentOf(image_url))).toEqual(['one', 'two']);
	});

	it('uploads the same content once, but not under another type', async () => {
		const jpeg = { json: {}, binary: { data: picture('one', 'image/jpeg') } };
		await run([row('one'), row('one'), row('two'), row('one'), jpeg]);
		expect(sent('PUT ')).toHaveLength(3);
		expect(inputs().map(({ image_url }) => contentOf(image_url))).toEqual([
			'one',
			'one',
			'two',
			'one',
			'one',
		]);
	});

	it('makes a list of a field that holds one, or is named twice', async () => {
		const change = {
			itemJson: { pictures: ['https://a.test/b'] },
			...onto(
				['pictures', 'data'],
				['image_urls', 'data'],
				['image_urls', 'data_1'],
				['mask', 'data_1'],
			),
		};
		await run([row('one', 'two')], change);
		const [{ pictures, image_urls, mask }] = inputs() as Array<Record<string, string[]>>;
		expect(pictures).toEqual(['https://a.test/b', image_urls[0]]);
		expect(image_urls.map(contentOf)).toEqual(['one', 'two']);
		expect(contentOf(mask)).toBe('two');
	});

	it("fills a mapped model's fields, required ones and lists", async () => {
		const schema = [
			{ id: 'image_url', displayName: 'Image', required: true, type: 'string' },
			{ id: 'image_urls', displayName: 'Images', required: false, type: 'array' },
		];
		await run([row('one')], {
			inputMode: 'mapFields',
			modelInputs: { mappingMode: 'defineBelow', value: {}, schema },
			...onto(['image_url', 'data'], ['image_urls', 'data']),
		});
		const [{ image_url, image_urls }] = inputs();
		expect(contentOf(image_url)).toBe('one');
		expect((image_urls as string[]).map(contentOf)).toEqual(['one']);
	});

	it('is left alone for a JSON array', async () => {
		await run([row('one')], { inputMode: 'jsonArray', batchJson: [{ a: 1 }] });
		expect([inputs(), sent('PUT ')]).toEqual([[{ a: 1 }], []]);
	});

	it('uploads and creates nothing again in another try of the run', async () => {
		const nodeContext = {};
		await run([row('one'), row('two')], {}, { nodeContext });
		await run([row('one'), row('two')], {}, { nodeContext });
		expect(sent('POST /v1/models/')).toHaveLength(1);
		expect([emulator.charges.length, emulator.batches.size, sent('PUT ').length]).toEqual([
			1, 1, 2,
		]);
		await run([row('one')], {}, { nodeContext, runIndex: 1 });
		expect([emulator.batches.size, sent('PUT ').length]).toEqual([2, 3]);
	});

	it('keeps what was uploaded when another upload fails', async () => {
		const nodeContext = {};
		const refused = { json: {}, binary: { data: picture('bad', 'text/html') } };
		await rejection(run([row('one'), refused], {}, { nodeContext }));
		await run([row('one')], {}, { nodeContext });
		expect(sent('PUT ')).toHaveLength(1);
	});
});

describe('uploadBinary: bad input', () => {
	it.each<[string, INodeExecutionData, string]>([
		['no file', { json: {} }, 'names no file in the item'],
		['an empty file', row(''), 'names an empty file'],
		['a refused type', { json: {}, binary: { data: picture('x', 'text/html') } }, 'text/html'],
	])('names item and field for %s, the other rows going on', async (_name, bad, problem) => {
		const error = (await rejection(run([row('one'), bad, row('two')]))) as Error;
		expect(error.message).toContain("'Input Binary Field' of item 1 ");
		expect(error.message).toContain(problem);
		expect(emulator.batches.size).toBe(0);
		const output = await run([row('one'), bad, row('two')], {}, { continueOnFail: true });
		expect(
			output.map(({ json, pairedItem }) => [json.items_total ?? 'failed', pairedItem]),
		).toEqual([
			[2, [{ item: 0 }, { item: 2 }]],
			['failed', { item: 1 }],
		]);
	});

	it('uploads nothing when a row is bad for another reason', async () => {
		const parameters = { itemJson: '{ bad' };
		await rejection(run([row('one')], parameters));
		expect(emulator.requests).toEqual([]);
	});

	it('names a pair without a model field', async () => {
		const error = await rejection(run([row('one')], onto(['', 'data'])));
		expect(error).toMatchObject({ message: "'Model Field' of item 0 is empty" });
		expect(emulator.requests).toEqual([]);
	});
});
