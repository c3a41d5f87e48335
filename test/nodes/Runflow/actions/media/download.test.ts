import type { IDataObject, INodeExecutionData, NodeEgressFilter } from 'n8n-workflow';

import { Runflow } from '../../../../../nodes/Runflow/Runflow.node.ts';
import { startEmulator, type Emulator } from '../../../../emulator/emulator.ts';
import { rejection } from '../../../../fakes/api.ts';
import { FakeBinaries } from '../../../../fakes/binaries.ts';
import { executeContext, type ExecuteSetup } from '../../../../fakes/executeContext.ts';
import { bytesAt, makeFiles, sha256 } from '../../../../fakes/files.ts';
import { credential } from '../../../../fakes/node.ts';
import { oneErrorRealm } from '../../../../fakes/realm.ts';

oneErrorRealm();

let emulator: Emulator;
let binaries: FakeBinaries;
let links: string[];
let batchId: string;

beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 5 });
	binaries = new FakeBinaries();
	({ links, batchId } = await makeFiles(emulator, 3, 20_000));
});
afterEach(async () => await emulator.close());

/** Runs Media > Download; an input item's `urls` is the field's value. */
async function run(
	items: IDataObject[],
	change: IDataObject = {},
	setup: Partial<ExecuteSetup> = {},
): Promise<INodeExecutionData[]> {
	const input = items.map((json) => ({ json }));
	const context = executeContext({
		parameters: (itemIndex) => ({
			resource: 'media',
			operation: 'download',
			source: 'urls',
			urls: items[itemIndex].urls as string,
			...change,
		}),
		items: input,
		binaries,
		credential: { ...credential, apiKey: emulator.apiKey, baseUrl: emulator.url },
		...setup,
	});
	return (await new Runflow().execute.call(context))[0];
}

const stored = (item: INodeExecutionData, field = 'data') =>
	sha256(binaries.stored.get(item.binary![field].id!)!);
const right = async (link: string) => sha256(await bytesAt(link));

describe('Media > Download: what it takes', () => {
	it.each<[string, () => unknown]>([
		['a list', () => links],
		['lines', () => `${links[0]}\n\n ${links[1]}\n${links[2]}\n`],
	])('%s', async (_name, urls) => {
		const items = await run([{ urls: urls() as string[] }]);
		expect(items.map((item) => stored(item))).toEqual(await Promise.all(links.map(right)));
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(links.map(() => ({ item: 0 })));
		expect(items[0].json).toEqual({
			file_name: new URL(links[0]).pathname.split('/').pop(),
			mime_type: 'image/png',
			size_bytes: 20_000,
			url: links[0],
		});
	});

	it('one link for each item, in order, with the row they belong to', async () => {
		const items = await run(links.map((urls, at) => ({ urls, client_ref: `row-${at}` })));
		expect(items.map(({ json, pairedItem }) => [json.client_ref, pairedItem])).toEqual([
			['row-0', { item: 0 }],
			['row-1', { item: 1 }],
			['row-2', { item: 2 }],
		]);
	});

	it('a batch, and one item of it', async () => {
		const whole = await run([{}], { source: 'batch', batchId });
		expect(whole.map(({ json }) => json)).toMatchObject(
			[0, 1, 2].map((sequence_index) => ({ batch_id: batchId, sequence_index })),
		);
		const [one, ...more] = await run([{}], {
			source: 'batchItem',
			batchId,
			itemId: whole[1].json.item_id as string,
		});
		expect([stored(one), more]).toEqual([await right(links[1]), []]);
	});

	it('no links of a row that failed', async () => {
		expect(await run([{ urls: [] }])).toEqual([]);
	});

	it.each([[undefined], [''], ['nonsense'], [7], [['ftp://a.test/b']], [[{}]]])(
		'not %j',
		async (urls) => {
			const error = await rejection(run([{ urls: links[0] }, { urls } as IDataObject]));
			expect(error).toMatchObject({
				name: 'NodeOperationError',
				message: expect.stringContaining("'URLs' of item 1"),
				context: { itemIndex: 1 },
			});
			expect(binaries.stored.size).toBe(0);
		},
	);
});

describe('Media > Download: what comes out', () => {
	it('all files on one item, which stays what it was', async () => {
		const [item] = await run([{ urls: links, note: 'kept' }], {
			outputMode: 'item',
			binaryPropertyName: 'picture',
			options: { fileNamePrefix: 'shoe-' },
		});
		expect(Object.keys(item.binary!)).toEqual(['picture', 'picture_1', 'picture_2']);
		expect(stored(item, 'picture_2')).toBe(await right(links[2]));
		expect(item.json).toMatchObject({ note: 'kept', files: [{}, {}, {}] });
		expect(item.binary!.picture.fileName).toMatch(/^shoe-.*\.png$/);
	});

	it('an item without files where a row failed', async () => {
		const [item] = await run([{ urls: [] }], { outputMode: 'item' });
		expect(item).toEqual({ json: { urls: [], files: [] }, pairedItem: { item: 0 } });
	});

	it('one failed item for each input item that failed, beside all files that came', async () => {
		const gone = `${emulator.url}/files/gone`;
		const items = [{ urls: [links[0], gone, gone] }, { urls: 'nonsense' }, { urls: links[2] }];
		const output = await run(items, {}, { continueOnFail: true });
		expect(output.map(({ json, pairedItem }) => [json.error ?? json.url, pairedItem])).toEqual([
			[links[0], { item: 0 }],
			[expect.stringContaining('HTTP status 403'), { item: 0 }],
			[expect.stringContaining("'URLs' of item 1 must be links"), { item: 1 }],
			[links[2], { item: 2 }],
		]);
		expect(output[1].json.details).toContain("2 of the item's 3 files failed");
		const asItems = await run(items, { outputMode: 'item' }, { continueOnFail: true });
		expect(asItems.map(({ json }) => 'error' in json)).toEqual([true, true, false]);
	});

	it('the error of the first item that failed', async () => {
		const gone = `${emulator.url}/files/gone`;
		expect(await rejection(run([{ urls: links[0] }, { urls: gone }]))).toMatchObject({
			name: 'NodeApiError',
			context: { itemIndex: 1 },
		});
	});
});

describe('Media > Download: limits', () => {
	it('fetches as many files at the same time as asked for', async () => {
		let under = 0;
		let most = 0;
		emulator.faults.add({
			on: (request) => {
				if (!request.path.startsWith('/files/')) return false;
				most = Math.max(most, ++under);
				setTimeout(() => under--, 40);
				return true;
			},
			kind: 'slow-headers',
			ms: 50,
			times: Infinity,
		});
		await run([{ urls: [...links, ...links] }], { options: { concurrency: 2 } });
		expect(most).toBe(2);
	});

	it.each([0, -1, 'many'])('refuses a concurrency of %j', async (concurrency) => {
		const error = await rejection(run([{ urls: links }], { options: { concurrency } }));
		expect(error).toMatchObject({
			message: expect.stringContaining("'Concurrent Downloads' of item 0"),
		});
	});

	it('refuses files beyond Max Size', async () => {
		const big = await makeFiles(emulator, 1, 1_048_577);
		const error = await rejection(run([{ urls: big.links }], { options: { maxSizeMb: 1 } }));
		expect(error).toMatchObject({
			message: expect.stringContaining('larger than the 1048576 bytes'),
			description: expect.stringContaining('Max Size'),
		});
	});

	it("asks n8n's SSRF protection, but not the credential's Allowed Domains", async () => {
		const asked: string[] = [];
		const egressFilter = {
			validateUrl: async (url: URL) => {
				asked.push(url.hostname);
				return url.hostname === '10.0.0.1' ? { ok: false, error: new Error('no') } : { ok: true };
			},
			createSecureLookup: () => undefined,
		} as unknown as NodeEgressFilter;
		const setup = {
			egressFilter,
			continueOnFail: true,
			credential: {
				...credential,
				baseUrl: emulator.url,
				allowedHttpRequestDomains: 'domains',
				allowedDomains: 'elsewhere.test',
			},
		};
		const output = await run([{ urls: links[0] }, { urls: 'https://10.0.0.1/a' }], {}, setup);
		expect(stored(output[0])).toBe(await right(links[0]));
		expect(output[1].json.error).toContain('SSRF protection');
		expect(asked).toEqual(expect.arrayContaining(['127.0.0.1', '10.0.0.1']));
	});
});

describe('Media > Download: expired links', () => {
	const expire = (link: string) => link.replace(/expires=\d+/, 'expires=1');

	it('are renewed for rows of a batch, each batch read once', async () => {
		const items = links.map((link, sequence_index) => ({
			urls: [expire(link)],
			batch_id: batchId,
			sequence_index,
		}));
		const output = await run(items);
		expect(output.map((item) => stored(item))).toEqual(await Promise.all(links.map(right)));
		expect(
			emulator.requests.filter(({ path }) => path.startsWith(`/v1/batches/${batchId}/items`)),
		).toHaveLength(1);
	});

	it('are an error for links of unknown origin, with advice', async () => {
		expect(await rejection(run([{ urls: expire(links[0]) }]))).toMatchObject({
			message: expect.stringContaining('HTTP status 403'),
			description: expect.stringContaining("'Source' set to Batch"),
		});
	});
});
