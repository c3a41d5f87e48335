import {
	getModel,
	listModels,
	searchModels,
} from '../../../../../nodes/Runflow/runflow/models/models.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const model = (owner: string, slug: string, name = slug) => ({
	id: `id-${slug}`,
	slug,
	name,
	model_creator_id: `creator-${owner}`,
	model_creator: { slug: owner },
});
const plain = (owner: string, slug: string) => ({
	...model(owner, slug),
	model_creator: undefined,
});
const refusal = { code: 'VALIDATION_ERROR', message: 'Unknown embed' };
const paths = () => requests().map(({ path }) => decodeURIComponent(path));
const ids = (models: Array<{ model_id: string }>) => models.map(({ model_id }) => model_id);

describe('searchModels', () => {
	it('gives a page with ids of any length, unknown fields and the cursor', async () => {
		const banana = { ...model('google', 'nano-banana-pro/edit'), seo: { a: 1 } };
		runflow()
			.get('/v1/models?embed=model_creator&limit=2&pq=here')
			.reply(200, { items: [banana, { ...banana, slug: null }], next: 'there' });
		expect(await searchModels(fakeApi(), { cursor: 'here', limit: 2 })).toEqual({
			models: [{ ...banana, model_id: 'google/nano-banana-pro/edit' }],
			cursor: 'there',
		});
	});

	it('asks for the owners once where Runflow refuses to embed them', async () => {
		runflow().get('/v1/models?embed=model_creator&limit=100').reply(422, refusal);
		runflow()
			.get('/v1/models?limit=100')
			.reply(200, { items: [plain('a', 'one'), plain('b', 'two'), plain('nobody', 'three')] });
		runflow()
			.get('/v1/model-creators?limit=100')
			.reply(200, {
				items: [
					{ id: 'creator-a', slug: 'a' },
					{ id: 'creator-b', slug: 'b' },
					{ id: 'creator-c', slug: null },
				],
			});
		expect(ids((await searchModels(fakeApi())).models)).toEqual(['a/one', 'b/two']);
	});

	it('reads the public models where the key may not search', async () => {
		runflow()
			.get('/v1/models?embed=model_creator&limit=100')
			.reply(403, { code: 'x', message: 'no' });
		runflow()
			.get('/v1/public/models?embed=model_creator&limit=100')
			.reply(200, { items: [model('a', 'one')] });
		expect(ids((await searchModels(fakeApi())).models)).toEqual(['a/one']);
	});

	it('passes on what is no way to ask', async () => {
		runflow()
			.get('/v1/models?embed=model_creator&limit=100')
			.reply(401, { code: 'x', message: 'n' });
		expect(await rejection(searchModels(fakeApi()))).toMatchObject({ status: 401 });
		runflow().get('/v1/models?embed=model_creator&limit=100').reply(403, {});
		runflow().get('/v1/public/models?embed=model_creator&limit=100').reply(403, {});
		expect(await rejection(searchModels(fakeApi()))).toMatchObject({ status: 403 });
	});
});

describe('searchModels with a text', () => {
	const all = [model('a', 'one', 'Some One'), model('b', 'two'), model('a', 'three', 'One More')];
	const filtered = '/v1/models?q=One&embed=model_creator&limit=100';
	const pages = () =>
		runflow()
			.get('/v1/models?embed=model_creator&limit=100')
			.reply(200, { items: all.slice(0, 2), next_pq: 'c' })
			.get('/v1/models?embed=model_creator&limit=100&pq=c')
			.reply(200, { items: all.slice(2), next_pq: null });

	it("takes Runflow's answer when it is one to the question", async () => {
		runflow()
			.get(filtered)
			.reply(200, { items: [all[0]], next: 'more' });
		const page = await searchModels(fakeApi(), { search: ' One ' });
		expect([ids(page.models), page.cursor]).toEqual([['a/one'], 'more']);
	});

	it.each([
		['finds nothing', { items: [] }],
		['ignores the filter', { items: all.slice(0, 2), next: 'c' }],
	])('filters by itself when Runflow %s', async (_, answer) => {
		runflow().get(filtered).reply(200, answer);
		pages();
		const page = await searchModels(fakeApi(), { search: 'One' });
		expect([ids(page.models), page.cursor]).toEqual([['a/one', 'a/three'], undefined]);
	});

	it('filters by itself when Runflow refuses the filter', async () => {
		runflow().get(filtered).reply(400, refusal);
		runflow().get('/v1/models?q=One&limit=100').reply(400, refusal);
		runflow().get('/v1/models?limit=100').reply(200, { items: all });
		const page = await searchModels(fakeApi(), { search: 'One' });
		expect(ids(page.models)).toEqual(['a/one', 'a/three']);
	});

	it('finds all words in any order and case, in the owner as well', async () => {
		runflow().get('/v1/models?q=MORE+a%2F&embed=model_creator&limit=100').reply(200, { items: [] });
		pages();
		expect(ids((await searchModels(fakeApi(), { search: 'MORE a/' })).models)).toEqual(['a/three']);
	});

	it('does not begin anew on a further page', async () => {
		runflow()
			.get('/v1/models?q=One&embed=model_creator&limit=100&pq=c')
			.reply(200, { items: all, next: null });
		const page = await searchModels(fakeApi(), { search: 'One', cursor: 'c' });
		expect([ids(page.models), page.cursor]).toEqual([['a/one', 'a/three'], undefined]);
	});
});

describe('listModels', () => {
	it('reads no more pages than it needs', async () => {
		runflow()
			.get('/v1/models?embed=model_creator&limit=100')
			.reply(200, { items: [model('a', 'one'), model('a', 'two')], next: 'c' });
		expect(ids(await listModels(fakeApi(), { most: 1 }))).toEqual(['a/one']);
	});

	it('reads all pages, and does not repeat what was refused', async () => {
		runflow()
			.get('/v1/models?embed=model_creator&limit=100')
			.reply(403, {})
			.get('/v1/public/models?embed=model_creator&limit=100')
			.reply(200, { items: [model('a', 'one')], next: 'c' })
			.get('/v1/public/models?embed=model_creator&limit=100&pq=c')
			.reply(200, { items: [model('a', 'two')], next: 'c' });
		expect(ids(await listModels(fakeApi()))).toEqual(['a/one', 'a/two']);
	});
});

describe('getModel', () => {
	const inputs = [{ name: 'prompt', variable_type_code: 'string', is_required: true }];

	it('gives the model with its id and its inputs', async () => {
		runflow().get('/v1/models/a/b%20c/d?embed=inputs').reply(200, { id: '1', inputs });
		expect(await getModel(fakeApi(), 'a/b%20c/d')).toEqual({
			id: '1',
			model_id: 'a/b c/d',
			inputs,
		});
	});

	it('asks for the inputs where they are not embedded', async () => {
		runflow().get('/v1/models/a/b?embed=inputs').reply(422, refusal);
		runflow().get('/v1/models/a/b').reply(200, { id: 'x/1' });
		runflow().get('/v1/models/x%2F1/inputs?limit=100').reply(200, { items: inputs });
		expect((await getModel(fakeApi(), 'a/b')).inputs).toEqual(inputs);
		expect(paths()).toHaveLength(3);
	});

	it('takes a model without a list of inputs for one without inputs', async () => {
		runflow().get('/v1/models/a/b?embed=inputs').twice().reply(200, { id: '1', inputs: null });
		runflow().get('/v1/models/1/inputs?limit=100').reply(404, {});
		expect((await getModel(fakeApi(), 'a/b')).inputs).toEqual([]);
		runflow().get('/v1/models/1/inputs?limit=100').reply(403, {});
		expect(await rejection(getModel(fakeApi(), 'a/b'))).toMatchObject({ status: 403 });
	});

	it('passes on that there is no such model', async () => {
		runflow().get('/v1/models/a/none?embed=inputs').reply(404, {});
		expect(await rejection(getModel(fakeApi(), 'a/none'))).toMatchObject({ status: 404 });
	});
});
