import { call } from './apiClient.ts';
import { startEmulator } from './emulator.ts';
import type { Emulator } from './emulator.ts';

let emulator: Emulator;

beforeAll(async () => {
	emulator = await startEmulator();
});
afterAll(() => emulator.close());

it('pages through the whole catalogue without repeats', async () => {
	const seen = new Set<string>();
	let count = 0;
	let pq = '';
	do {
		const { json } = await call(emulator, `GET /v1/models?limit=25&pq=${pq}`);
		for (const model of json.items) seen.add(model.id);
		count += json.items.length;
		pq = json.next;
	} while (pq);
	expect(count).toBeGreaterThan(50);
	expect(seen.size).toBe(count);
});

it.each([
	['banana', ['nano-banana-pro']],
	['name:smart', ['smart-resize']],
	["slug.EQ:'upscale/image'", ['upscale/image']],
	['nothing-like-it', []],
])('finds by %s', async (q, slugs) => {
	const { json } = await call(emulator, `GET /v1/models?q=${encodeURIComponent(q)}`);
	expect(json.items.map(({ slug }: { slug: string }) => slug)).toEqual(slugs);
});

it('gives one model by owner and slug of any length, with its inputs', async () => {
	const { json } = await call(emulator, 'GET /v1/models/runflow/object-removal/prompt');
	expect(json).toMatchObject({ slug: 'object-removal/prompt' });
	expect(json.inputs.map(({ name }: { name: string }) => name)).toEqual(['image_url', 'prompt']);
	const { json: inputs } = await call(emulator, `GET /v1/models/${json.id}/inputs`);
	expect(inputs.items).toEqual(json.inputs);
	expect((await call(emulator, 'GET /v1/models/runflow/none')).status).toBe(404);
	expect((await call(emulator, 'GET /v1/models/runflow%2Fsmart-resize')).status).toBe(405);
});

it('embeds inputs and owner in lists on demand only', async () => {
	const { json: plain } = await call(emulator, 'GET /v1/models?limit=1');
	expect(plain.items[0]).toMatchObject({ inputs: null });
	expect(plain.items[0]).not.toHaveProperty('model_creator');
	const { json } = await call(emulator, 'GET /v1/models?limit=1&embed=inputs,model_creator');
	expect(json.items[0].model_creator.slug).toBe('runflow');
	expect(json.items[0].inputs[0]).toMatchObject({ name: 'image_url', is_required: true });
	const owners = (await call(emulator, 'GET /v1/model-creators?limit=500')).json.items;
	const owner = owners.find(({ id }: { id: string }) => id === json.items[0].model_creator_id);
	expect(owner.slug).toBe('runflow');
});

it('shows the public catalogue and its health without a key', async () => {
	const { json } = await fetch(`${emulator.url}/v1/public/models?limit=1`).then(async (answer) => ({
		json: (await answer.json()) as { items: object[] },
	}));
	expect(json.items[0]).not.toHaveProperty('org_id');
	expect((await fetch(`${emulator.url}/v1/health`)).status).toBe(200);
	expect((await fetch(`${emulator.url}/v1/models`)).status).toBe(401);
});
