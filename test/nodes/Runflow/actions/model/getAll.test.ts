import { rejection } from '../../../../fakes/api.ts';
import { runModel, upscale } from '../../../../fakes/models.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const named = (slug: string) => ({ ...upscale, slug, name: slug });
const idsOf = (items: Array<{ json: { model_id?: unknown } }>) =>
	items.map(({ json }) => json.model_id);

/** Declares a page of the catalogue. */
function answerModels(slugs: string[], next: string | null = null): void {
	runflow()
		.get('/v1/models')
		.query(true)
		.reply(200, { items: slugs.map(named), next });
}

describe('Model > Get Many', () => {
	it('gives the models, simplified and linked to the item that asked', async () => {
		answerModels(['upscale']);
		expect(await runModel('getAll', { returnAll: true })).toEqual([
			{
				json: {
					model_id: 'runflow/upscale',
					name: 'upscale',
					description: 'Makes images larger',
					category_code: 'image',
					availability_status: 'available',
					pricing_note: null,
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('reads page by page up to the limit', async () => {
		answerModels(['a', 'b'], 'cursor-2');
		answerModels(['c', 'd'], 'cursor-3');
		expect(idsOf(await runModel('getAll', { limit: 3 }))).toEqual([
			'runflow/a',
			'runflow/b',
			'runflow/c',
		]);
		expect(requests()).toHaveLength(2);
	});

	it('sends the search, and gives what matches it', async () => {
		answerModels(['upscale-video', 'video-upscaler']);
		const items = await runModel('getAll', { search: 'up video', returnAll: true });
		expect(new URL(requests()[0].path, 'https://a.test').searchParams.get('q')).toBe('up video');
		expect(idsOf(items)).toEqual(['runflow/upscale-video', 'runflow/video-upscaler']);
	});

	it('gives all that Runflow tells without Simplify', async () => {
		answerModels(['upscale']);
		const [{ json }] = await runModel('getAll', { returnAll: true, simplify: false });
		expect(json).toEqual({ ...named('upscale'), model_id: 'runflow/upscale' });
	});

	it('refuses a limit of 0 before anything is sent', async () => {
		expect(await rejection(runModel('getAll', { limit: 0 }))).toMatchObject({
			message: "'Limit' of item 0 must be a whole number of at least 1, but is 0",
		});
		expect(requests()).toEqual([]);
	});
});
