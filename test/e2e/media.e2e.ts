import type { INode } from 'n8n-workflow';

import { fetchFile, resultLinks } from '../stage/files.ts';
import {
	hashFiles,
	hashOf,
	media as mediaOn,
	mediaRound,
	sha256,
	withFiles,
} from '../stage/mediaRound.ts';
import { createAndWait, jsonOf, run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, workflow } from '../stage/workflow.ts';
import { itemsOf } from '../n8n/index.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());
afterEach(() => stage?.emulator.faults.clear());

const media = (parameters: INode['parameters'], settings: Partial<INode> = {}) =>
	mediaOn(stage, parameters, settings);

const requestsTo = (start: string, earlier: number) =>
	stage.emulator.requests
		.slice(earlier)
		.filter(({ method, path }) => `${method} ${path}`.startsWith(start));

describe('files in and out', () => {
	it('uploads three pictures, runs them and downloads nine results, byte for byte', async () => {
		const links = await resultLinks(stage.emulator, 3);
		const earlier = stage.emulator.requests.length;
		const execution = await run(stage, mediaRound(stage, links));
		expect(execution.data.resultData.error).toBeUndefined();
		const rows = jsonOf(execution, 'Runflow') as Array<{ urls: string[] }>;
		const results = rows.flatMap(({ urls }) => urls);
		expect(results).toHaveLength(9);
		expect(jsonOf(execution, 'Hash').map(({ sha256: hash }) => hash)).toEqual(
			await Promise.all(results.map(hashOf)),
		);
		expect(itemsOf(execution, 'Media').map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 0, 0, 1, 1, 1, 2, 2, 2].map((item) => ({ item })),
		);
		expect(itemsOf(execution, 'Media')[0]).toMatchObject({
			json: { sequence_index: 0, mime_type: 'image/png', file_name: expect.stringMatching(/png$/) },
			binary: { data: { mimeType: 'image/png', fileExtension: 'png' } },
		});
		const puts = requestsTo('PUT /uploads/', earlier);
		expect(puts.map(({ body }) => sha256(body)).sort()).toEqual(
			(await Promise.all(links.map(hashOf))).sort(),
		);
		for (const { headers } of [...puts, ...requestsTo('GET /files/', earlier)]) {
			expect(headers.authorization).toBeUndefined();
			expect(headers['x-organization-id']).toBeUndefined();
		}
	});

	it('uploads with a name of its own, and downloads all results on one item', async () => {
		const [link] = await resultLinks(stage.emulator, 1);
		const execution = await run(
			stage,
			workflow('One item', [
				...manualRows([{ link }]),
				fetchFile(),
				media({ operation: 'upload', options: { fileName: 'mine.png' } }),
				{
					...createAndWait(stage, { itemJson: '={{ {image_url: $json.ref, num_images: 2} }}' }),
				},
				{ ...media({ outputMode: 'item' }), name: 'Download' },
			]),
		);
		expect(jsonOf(execution, 'Media')).toMatchObject([
			{ name: 'mine.png', ref: expect.stringMatching(/^runflow:\/\/assets\//) },
		]);
		const [item] = itemsOf(execution, 'Download');
		expect(Object.keys(item.binary ?? {})).toEqual(['data', 'data_1']);
		expect(item.json).toMatchObject({ status_code: 'succeeded', files: [{}, {}] });
	});

	it('downloads a whole batch by its id, taking a broken connection up again', async () => {
		const links = await resultLinks(stage.emulator, 2, 300_000);
		const batchId = [...stage.emulator.batches.keys()].at(-1);
		stage.emulator.faults.add({ on: 'GET /files/*', kind: 'truncated', times: 1 });
		const execution = await run(
			stage,
			workflow('Batch', [...manualRows([{}]), media({ source: 'batch', batchId }), hashFiles()]),
		);
		expect(jsonOf(execution, 'Hash')).toMatchObject(
			await Promise.all(
				links.map(async (url, sequence_index) => ({ sequence_index, sha256: await hashOf(url) })),
			),
		);
	});

	it('renews a link that has expired', async () => {
		stage.emulator.faults.add({
			on: 'GET /files/*',
			kind: 'status',
			status: 403,
			code: 'URL_EXPIRED',
			times: 2,
		});
		const execution = await run(
			stage,
			workflow('Expired', [
				...manualRows([{ image_url: 'https://example.com/1.png' }]),
				createAndWait(stage),
				media({}),
			]),
		);
		expect(execution.data.resultData.error).toMatchObject({
			message: expect.stringContaining('HTTP status 403'),
		});
		stage.emulator.faults.add({
			on: 'GET /files/*',
			kind: 'status',
			status: 403,
			code: 'URL_EXPIRED',
			times: 1,
		});
		const again = await run(
			stage,
			workflow('Expired', [
				...manualRows([{ image_url: 'https://example.com/1.png' }]),
				createAndWait(stage),
				media({}),
			]),
		);
		expect(again.data.resultData.error).toBeUndefined();
		expect(itemsOf(again, 'Media')[0].binary?.data.mimeType).toBe('image/png');
	});

	it('goes on with the other rows and files when one is bad', async () => {
		const [link] = await resultLinks(stage.emulator, 1);
		const execution = await run(
			stage,
			workflow('Bad', [
				...manualRows([{ link }, { link: `${stage.emulator.url}/nothing` }, { link }]),
				{ ...fetchFile(), onError: 'continueRegularOutput' },
				withFiles(stage, { onError: 'continueRegularOutput' }),
				media({}, { onError: 'continueRegularOutput' }),
			]),
		);
		const rows = jsonOf(execution, 'Runflow');
		expect(rows).toMatchObject([
			{ status_code: 'succeeded' },
			{ error: expect.stringContaining("'Input Binary Field' of item 1 names no file") },
			{ status_code: 'succeeded' },
		]);
		expect(jsonOf(execution, 'Media').map(({ error, sequence_index: at }) => error ?? at)).toEqual([
			0,
			0,
			0,
			expect.stringContaining("'URLs' of item 1 is empty"),
			1,
			1,
			1,
		]);
	});
});

describe('a creation whose answer is lost', () => {
	it('is the same one when n8n tries the node again: one batch, one charge, one upload', async () => {
		const links = await resultLinks(stage.emulator, 2);
		const { emulator } = stage;
		const [charges, batches, earlier] = [
			emulator.charges.length,
			emulator.batches.size,
			emulator.requests.length,
		];
		emulator.faults.add({ on: 'POST /v1/models/*/batches', kind: 'reset-after', times: 5 });
		const execution = await run(
			stage,
			workflow('Lost', [
				...manualRows([{ link: links[0] }, { link: links[1] }, { link: links[0] }]),
				fetchFile(),
				withFiles(stage, { retryOnFail: true, maxTries: 2, waitBetweenTries: 100 }),
			]),
			100_000,
		);
		expect(execution.data.resultData.error).toBeUndefined();
		expect(jsonOf(execution, 'Runflow')).toHaveLength(3);
		expect(requestsTo('POST /v1/models/', earlier)).toHaveLength(6);
		expect(requestsTo('PUT /uploads/', earlier)).toHaveLength(2);
		expect([emulator.charges.length - charges, emulator.batches.size - batches]).toEqual([1, 1]);
	});
});
