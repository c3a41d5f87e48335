import type { IBinaryData, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../../../../nodes/Runflow/Runflow.node.ts';
import { startEmulator, type Emulator } from '../../../../emulator/emulator.ts';
import { rejection } from '../../../../fakes/api.ts';
import { FakeBinaries } from '../../../../fakes/binaries.ts';
import { executeContext } from '../../../../fakes/executeContext.ts';
import { credential } from '../../../../fakes/node.ts';

let emulator: Emulator;
const binaries = new FakeBinaries();

beforeEach(async () => {
	emulator = await startEmulator();
});
afterEach(async () => await emulator.close());

async function run(
	files: Array<IBinaryData | undefined>,
	change: IDataObject = {},
	continueOnFail = false,
): Promise<INodeExecutionData[]> {
	const context = executeContext({
		parameters: { resource: 'media', operation: 'upload', binaryPropertyName: 'data', ...change },
		items: files.map((data) => ({ json: {}, ...(data ? { binary: { data } } : {}) })),
		binaries,
		continueOnFail,
		credential: { ...credential, apiKey: emulator.apiKey, baseUrl: emulator.url },
	});
	return (await new Runflow().execute.call(context))[0];
}

describe('Media > Upload', () => {
	it.each([true, false])('makes an asset of each file (in the item itself: %j)', async (inline) => {
		const contents = ['one', 'two'].map((text) => Buffer.from(text));
		const output = await run(contents.map((bytes) => binaries.binary(bytes, {}, inline)));
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		output.forEach(({ json }, index) => {
			expect(json).toMatchObject({
				ref: `runflow://assets/${String(json.asset_id)}`,
				name: 'in.png',
				mime_type: 'image/png',
				size_bytes: 3,
			});
			const asset = emulator.assets.get(String(json.asset_id));
			expect(asset?.bytes?.equals(contents[index])).toBe(true);
		});
	});

	it('takes name and type from the options', async () => {
		const options = { fileName: 'mine.webp', mimeType: 'image/webp' };
		const [{ json }] = await run([binaries.binary(Buffer.from('x'))], { options });
		expect(json).toMatchObject({ name: 'mine.webp', mime_type: 'image/webp' });
	});

	it.each<[string, () => IBinaryData | undefined, string]>([
		['no file', () => undefined, 'names no file in the item: "data"'],
		['an empty file', () => binaries.binary(Buffer.alloc(0)), 'names an empty file'],
		[
			'an empty file in the item',
			() => binaries.binary(Buffer.alloc(0), {}, true),
			'names an empty file',
		],
		[
			'a file of more than 50 MiB',
			() => ({ ...binaries.binary(Buffer.from('x')), bytes: 52_428_801 }),
			'names a file of 52428801 bytes',
		],
		[
			'a type that Runflow refuses',
			() => binaries.binary(Buffer.from('x'), { mimeType: 'text/html' }),
			'Unsupported type text/html',
		],
		[
			'a type that is none',
			() => binaries.binary(Buffer.from('x'), { mimeType: 'a\nb' }),
			'is not a MIME type',
		],
	])('names item and field for %s, the others going on', async (_name, file, problem) => {
		const files = [binaries.binary(Buffer.from('fine')), file()];
		const error = await rejection(run(files));
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 1 } });
		expect((error as Error).message).toContain("'Input Binary Field' of item 1 ");
		expect((error as Error).message).toContain(problem);
		const output = await run(files, {}, true);
		expect(output.map(({ json }) => json.name ?? 'failed')).toEqual(['in.png', 'failed']);
	});
});

describe('Media > Upload, simplified', () => {
	const upload = async (typeVersion: number, change: IDataObject = {}) => {
		const context = executeContext({
			parameters: { resource: 'media', operation: 'upload', binaryPropertyName: 'data', ...change },
			items: [{ json: {}, binary: { data: binaries.binary(Buffer.from('one')) } }],
			binaries,
			credential: { ...credential, apiKey: emulator.apiKey, baseUrl: emulator.url },
		});
		const node = { ...context.getNode(), typeVersion };
		const [[{ json }]] = await new Runflow().execute.call(
			Object.assign(context, { getNode: () => node }),
		);
		return Object.keys(json);
	};

	it('returns what models and people need, from version 2 on', async () => {
		const few = ['asset_id', 'ref', 'url', 'name', 'mime_type', 'size_bytes'];
		expect(await upload(2)).toEqual(few);
		expect((await upload(2, { simplify: false })).length).toBeGreaterThan(few.length);
	});

	it('returns everything in saved nodes of version 1, unless that is changed', async () => {
		expect(await upload(1)).toContain('created_at');
		expect(await upload(1, { simplify: true })).not.toContain('created_at');
	});
});
