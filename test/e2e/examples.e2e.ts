import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exampleNames } from '../demo/exampleWorkflows.ts';
import { itemsOf } from '../n8n/index.ts';
import { jsonOf } from '../stage/runs.ts';
import { ScriptedModel } from '../stage/scriptedModel.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { callbackExamples } from './callbackExamples.ts';
import { ExampleDriver } from './exampleDriver.ts';
import { PRODUCTS, SKUS } from './exampleRows.ts';

let stage: Stage;
let driver: ExampleDriver;
const files = mkdtempSync(join(tmpdir(), 'runflow-examples-'));
const PICTURE = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
	'base64',
);

beforeAll(async () => {
	stage = await startStage({
		emulator: { retryDelaysMs: [50, 50] },
		// Isolates on demand are what docs/scale.md advises; the other suites run n8n with its defaults.
		n8n: {
			env: { N8N_RESTRICT_FILE_ACCESS_TO: files, N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' },
		},
	});
	driver = new ExampleDriver(stage);
}, 900_000);
afterAll(async () => {
	rmSync(files, { recursive: true });
	await stage?.close();
});
afterEach(async () => {
	stage.emulator.release();
	await driver.unpublish();
});

/** How each example is run, and what has to come out of it. */
const examples: Record<string, () => Promise<void>> = {
	async 'rows-to-results'() {
		const example = await driver.load('rows-to-results', { Products: { jsonOutput: PRODUCTS } });
		const execution = await driver.runByHand(example);
		expect(jsonOf(execution, 'Results')).toEqual([
			{ sku: 'SHOE-41', result_url: expect.stringMatching(/^http/), cost: '0.05' },
			{ sku: 'MUG-12', result_url: expect.stringMatching(/^http/), cost: '0.05' },
		]);
		expect(jsonOf(execution, 'Failed rows')).toEqual([
			{ sku: 'LAMP-07', reason: 'The model could not process this input' },
		]);
	},

	async 'pictures-in-one-step'() {
		const model = (value: string) => ({ model: { __rl: true, mode: 'id', value } });
		for (const name of ['google/nano-banana-pro', 'acme/provider-only']) {
			const example = await driver.load('pictures-in-one-step', { 'Make pictures': model(name) });
			const execution = await driver.runByHand(example);
			const items = itemsOf(execution, 'Make pictures');
			expect(items.map(({ json }) => json.client_ref)).toEqual(['bicycle', 'lamp']);
			for (const { json, binary } of items) {
				expect(json).toMatchObject({
					status_code: 'succeeded',
					files: [{ mime_type: 'image/png' }],
				});
				expect(binary).toMatchObject({ data: { mimeType: 'image/png' } });
			}
			expect(jsonOf(execution, 'Balance')).toEqual([
				expect.objectContaining({ balance: expect.stringMatching(/^\d+\.\d\d$/) }),
			]);
		}
	},

	async 'agent-makes-pictures'() {
		const model = await new ScriptedModel().listen();
		const openAi = await stage.n8n.createCredential({
			name: 'Scripted model',
			type: 'openAiApi',
			data: { apiKey: 'none', url: model.url, header: false },
		});
		const example = await driver.load(
			'agent-makes-pictures',
			{
				'Chat model': { options: { baseURL: model.url, maxRetries: 0 } },
				'Make pictures': { timeout: 0 },
			},
			{ 'Chat model': { openAiApi: openAi } },
		);
		stage.emulator.holdBatches();
		const earlier = stage.emulator.batches.size;
		const given: string[] = [];
		model.script = (results) => {
			given.splice(0, Infinity, ...results);
			const [batch] = [...stage.emulator.batches.values()].slice(earlier);
			if (!batch) return { calls: [{ prompt: 'a red bicycle' }], tool: 'Make_pictures' };
			if (results.length > 1) return { text: 'done' };
			stage.emulator.finish(batch.id);
			return { calls: [{ batch_id: batch.id }], tool: 'Get_results' };
		};
		const execution = await driver.runByHand(example);
		await model.close();
		expect(execution.data.resultData.error?.message).toBeUndefined();
		expect(model.tools.map(({ name }) => name).toSorted()).toEqual([
			'Get_results',
			'Make_pictures',
		]);
		const batches = [...stage.emulator.batches.values()].slice(earlier);
		expect(batches.map(({ items }) => items.map(({ input }) => input))).toEqual([
			[{ prompt: 'a red bicycle' }],
		]);
		expect(given[0]).toContain('still working');
		expect(given[1]).toMatch(/succeeded.*http/s);
		expect(given[1].length).toBeLessThan(1_000);
		expect(jsonOf(execution, 'Agent')).toEqual([{ output: 'done' }]);
	},

	async 'folder-of-images'() {
		const names = ['a.png', 'b.png', 'c.png'];
		mkdirSync(join(files, 'in'));
		mkdirSync(join(files, 'out'));
		for (const name of names) writeFileSync(join(files, 'in', name), PICTURE);
		const example = await driver.load('folder-of-images', {
			'Read pictures': { fileSelector: join(files, 'in', '*.png') },
			'Save pictures': {
				fileName: `=${join(files, 'out')}/{{ $('Read pictures').item.json.fileName }}`,
			},
		});
		const uploaded = stage.emulator.assets.size;
		const execution = await driver.runByHand(example);
		expect(execution.data.resultData.error).toBeUndefined();
		expect(stage.emulator.assets.size - uploaded).toBe(1);
		const results = jsonOf(execution, 'Remove the background');
		for (const [index, name] of names.entries()) {
			const [url] = results[index].urls as string[];
			const fetched = Buffer.from(await (await fetch(url)).arrayBuffer());
			expect(readFileSync(join(files, 'out', name)).equals(fetched)).toBe(true);
		}
	},

	async 'prompts-to-gallery'() {
		const execution = await driver.runByHand(await driver.load('prompts-to-gallery'));
		expect(execution.data.resultData.error).toBeUndefined();
		const [{ page }] = jsonOf(execution, 'Page');
		const urls = jsonOf(execution, 'Make pictures').flatMap((row) => row.urls as string[]);
		expect(urls.length).toBeGreaterThanOrEqual(3);
		expect(page).toContain('A blue mug on a window sill');
		expect(String(page).match(/<img /g)).toHaveLength(urls.length);
		expect(itemsOf(execution, 'Gallery')[0].binary?.gallery).toMatchObject({
			fileName: 'gallery.html',
		});
	},

	async 'rotate-signing-secret'() {
		const before = stage.emulator.callbackSecret;
		const example = await driver.load('rotate-signing-secret');
		const { executionId: id } = await stage.n8n.runWorkflow(example.workflow.id);
		const waiting = await stage.n8n.waitForExecution({ id, status: 'waiting' });
		const [todo] = jsonOf(waiting, 'What to do now');
		expect(stage.emulator.callbackSecret).toBe(before);
		const { id: credentialId, name } = stage.credential.runflowApi;
		await stage.n8n.rest('PATCH', `/credentials/${credentialId}`, {
			name,
			type: 'runflowApi',
			data: {
				apiKey: stage.emulator.apiKey,
				baseUrl: stage.emulator.url,
				callbackSecret: todo.paste_into_callback_secret,
				previousCallbackSecret: before,
			},
		});
		expect((await fetch(String(todo.then_open))).status).toBe(200);
		const execution = await stage.n8n.waitForExecution({ id });
		expect(jsonOf(execution, 'Make it current')).toMatchObject([{ is_current: true }]);
		expect(stage.emulator.callbackSecret).toBe(todo.paste_into_callback_secret);
	},

	async 'create-then-wait'() {
		stage.emulator.holdBatches();
		const example = await driver.load('create-then-wait', { Products: { jsonOutput: PRODUCTS } });
		const { executionId: id } = await stage.n8n.runWorkflow(example.workflow.id);
		const waiting = await stage.n8n.waitForExecution({ id, status: 'waiting' });
		expect(jsonOf(waiting, 'Other work')).toEqual([
			{ message: expect.stringMatching(/^Batch .+ with 3 pictures has begun$/) },
		]);
		stage.emulator.release();
		const execution = await stage.n8n.waitForExecution({ id });
		expect(jsonOf(execution, 'Result')).toMatchObject([
			{ sku: 'SHOE-41', status: 'succeeded', result_url: expect.stringMatching(/^http/) },
			{ sku: 'LAMP-07', status: 'failed', result_url: '' },
			{ sku: 'MUG-12', status: 'succeeded', result_url: expect.stringMatching(/^http/) },
		]);
	},

	async 'time-limit'() {
		const inTime = await driver.runByHand(await driver.load('time-limit'));
		expect(jsonOf(inTime, 'Result').map(({ sku }) => sku)).toEqual(SKUS);
		expect(inTime.data.resultData.runData['Fetch later']).toBeUndefined();

		stage.emulator.holdBatches();
		const tooLate = await driver.load('time-limit', {
			'Wait 30 minutes': { timeout: 0.02 },
			'Fetch later': { pollInterval: 1 },
		});
		const { executionId: id } = await stage.n8n.runWorkflow(tooLate.workflow.id);
		await stage.n8n.waitForExecution({ id, status: 'waiting' });
		// n8n looks for passed time limits once a minute.
		await stage.n8n.waitForExecution({ id, status: 'running' }, 100_000);
		stage.emulator.release();
		const execution = await stage.n8n.waitForExecution({ id });
		const [batchId] = [...stage.emulator.batches.keys()].slice(-1);
		expect(jsonOf(execution, 'Still running')).toEqual([{ batch_id: batchId }]);
		expect(jsonOf(execution, 'Result')).toMatchObject(
			SKUS.map((sku) => ({ sku, status: 'succeeded' })),
		);
	},

	...callbackExamples(
		() => stage,
		() => driver,
	),
};

it('covers every example', () => {
	expect(Object.keys(examples).toSorted()).toEqual(exampleNames());
});

it.each(Object.entries(examples))('%s', async (_, run) => await run(), 240_000);
