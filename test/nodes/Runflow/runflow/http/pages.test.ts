import fc from 'fast-check';
import { z } from 'zod';

import { listAll, listPage } from '../../../../../nodes/Runflow/runflow/http/pages.ts';
import { failure } from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import type { Transport } from '../../../../../nodes/Runflow/runflow/index.ts';
import { answerOf } from '../../../../fakes/transport.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const entry = z.object({ id: z.number() }).passthrough();
const entries = (from: number, to: number) =>
	Array.from({ length: to - from }, (_, index) => ({ id: from + index }));
const queries = () => requests().map(({ path }) => path.slice(path.indexOf('?')));
const list = async (most?: number) => await listAll(fakeApi(), '/v1/things', entry, { most });

/** Declares pages of the given sizes, in order; `next` says how a page names the one after it. */
function answerPages(sizes: number[], next: (page: number) => object) {
	let from = 0;
	sizes.forEach((size, page) => {
		const more = page < sizes.length - 1 ? next(page + 1) : {};
		runflow()
			.get('/v1/things')
			.query(true)
			.reply(200, { items: entries(from, from + size), ...more });
		from += size;
	});
}

/** A list whose pages are too large above so many rows; `seen` are the pages asked for. */
function apiOfLargeRows({ rows, mostAtOnce }: { rows: number; mostAtOnce: number }) {
	const seen: string[] = [];
	const answer = (url: URL) => {
		const limit = Number(url.searchParams.get('limit'));
		const from = Number(url.searchParams.get('pq') ?? 0);
		seen.push(`${limit} from ${from}`);
		const to = Math.min(from + limit, rows);
		if (to - from > mostAtOnce) throw failure('tooLarge', url.host);
		const next = to < rows ? String(to) : null;
		return { items: entries(from, to), next };
	};
	const transport = {
		send: async ({ url }: { url: URL }) => answerOf(() => answer(url)),
	} satisfies Transport;
	return { api: fakeApi({ transport }), seen };
}

const SPELLINGS: Array<[string, (page: number) => object]> = [
	['next, a bare cursor', (page) => ({ next: `c/${page}=` })],
	['next_pq, a bare cursor', (page) => ({ next: null, next_pq: `c/${page}=` })],
	[
		'next, a whole link',
		(page) => ({ next: `https://a.test/v1/things?limit=9&pq=c%2F${page}%3D` }),
	],
	['next, a path', (page) => ({ next: `/v1/things?pq=c%2F${page}%3D&limit=9#end` })],
	['next_pq, a query', (page) => ({ next_pq: `?pq=c%2F${page}%3D` })],
];

describe('listAll', () => {
	it.each(SPELLINGS)('follows %s', async (_, next) => {
		answerPages([100, 100, 20], next);
		expect(await list()).toEqual(entries(0, 220));
		expect(queries()).toEqual(['?limit=100', '?limit=100&pq=c%2F1%3D', '?limit=100&pq=c%2F2%3D']);
	});

	it.each<[number, number[], string[]]>([
		[7, [7], ['7']],
		[100, [100], ['100']],
		[150, [100, 50], ['100', '50']],
		[250, [100, 100, 50], ['100', '100', '50']],
	])('asks for no more than %d entries', async (most, sizes, limits) => {
		answerPages(sizes, (page) => ({ next: `c${page}` }));
		expect(await list(most)).toEqual(entries(0, most));
		expect(queries().map((query) => new URLSearchParams(query).get('limit'))).toEqual(limits);
	});

	it('stops at the limit though more would follow, and cuts a page that is too long', async () => {
		runflow()
			.get('/v1/things?limit=5')
			.reply(200, { items: entries(0, 9), next: 'more' });
		expect(await list(5)).toEqual(entries(0, 5));
	});

	it.each<[string, number, number, number[], string[]]>([
		[
			'until enough are wanted',
			2,
			Infinity,
			[101, 201],
			['2 from 0', '100 from 2', '100 from 102'],
		],
		['no further than so many others', 2, 101, [101], ['2 from 0', '100 from 2']],
		[
			'to the end',
			7,
			Infinity,
			[101, 201],
			['7 from 0', '100 from 7', '100 from 107', '100 from 207'],
		],
	])('reads past what is not wanted, %s', async (_, most, mostOthers, found, asked) => {
		const { api, seen } = apiOfLargeRows({ rows: 300, mostAtOnce: 100 });
		const isWanted = ({ id }: { id: number }) => id > 100 && id % 100 === 1;
		const wanted = await listAll(api, '/v1/things', entry, { most, isWanted, mostOthers });
		expect(wanted.map(({ id }) => id)).toEqual(found);
		expect(seen).toEqual(asked);
	});

	it('gives fewer than the limit when there are no more', async () => {
		runflow()
			.get('/v1/things?limit=5')
			.reply(200, { items: entries(0, 2), next: null });
		expect(await list(5)).toEqual(entries(0, 2));
	});

	it.each([{}, { next: null }, { next: '' }, { next: null, next_pq: null }, { next_pq: '' }])(
		'ends with a page that says %j of the next',
		async (more) => {
			runflow()
				.get('/v1/things?limit=100')
				.reply(200, { items: entries(0, 3), ...more });
			expect(await list()).toEqual(entries(0, 3));
		},
	);

	it('ends when a page repeats its own cursor', async () => {
		runflow()
			.get('/v1/things?limit=100')
			.reply(200, { items: entries(0, 1), next: 'same' })
			.get('/v1/things?limit=100&pq=same')
			.reply(200, { items: entries(1, 2), next: 'same' });
		expect(await list()).toEqual(entries(0, 2));
	});

	it('ends with an empty page that names a next one', async () => {
		runflow().get('/v1/things?limit=100').reply(200, { items: [], next: 'more' });
		expect(await list()).toEqual([]);
	});

	it('keeps its own query on every page', async () => {
		runflow()
			.get('/v1/things?kind=a%26b&limit=100')
			.reply(200, { items: entries(0, 1), next: 'c' })
			.get('/v1/things?kind=a%26b&limit=100&pq=c')
			.reply(200, { items: entries(1, 2) });
		const query = { kind: 'a&b', empty: undefined };
		expect(await listAll(fakeApi(), '/v1/things', entry, { query })).toHaveLength(2);
	});

	it.each(['[]', '{}', '{"items": {}}', '{"items": [{"id": "x"}]}', '{"items": [], "next": {}}'])(
		'refuses %s',
		async (answer) => {
			runflow().get('/v1/things?limit=100').reply(200, answer);
			const api = fakeApi({ retryPolicy: { attempts: 1 } });
			const error = await rejection(listAll(api, '/v1/things', entry));
			expect(error).toMatchObject({ name: 'RunflowAnswerError' });
		},
	);

	it('follows a cursor that is a number', async () => {
		answerPages([2, 1], (page) => ({ next: page }));
		expect(await list()).toEqual(entries(0, 3));
		expect(queries()[1]).toBe('?limit=100&pq=1');
	});

	it('asks for smaller pages where one is too large, and goes on with those', async () => {
		const { api, seen } = apiOfLargeRows({ rows: 12, mostAtOnce: 5 });
		expect(await listAll(api, '/v1/things', entry)).toEqual(entries(0, 12));
		expect(seen).toEqual(['100 from 0', '25 from 0', '5 from 0', '5 from 5', '5 from 10']);
	});

	it('asks for no more than are wanted in smaller pages', async () => {
		const { api, seen } = apiOfLargeRows({ rows: 12, mostAtOnce: 5 });
		expect(await listAll(api, '/v1/things', entry, { most: 7 })).toEqual(entries(0, 7));
		expect(seen).toEqual(['7 from 0', '5 from 0', '2 from 5']);
	});

	it('fails where a single row is too large', async () => {
		const { api, seen } = apiOfLargeRows({ rows: 2, mostAtOnce: 0 });
		const error = await rejection(listAll(api, '/v1/things', entry));
		expect(error).toMatchObject({ kind: 'tooLarge' });
		expect(seen).toHaveLength(4);
	});

	it('fails as a whole when a later page fails', async () => {
		runflow()
			.get('/v1/things?limit=100')
			.reply(200, { items: entries(0, 1), next: 'c' })
			.get('/v1/things?limit=100&pq=c')
			.reply(404, { code: 'NOT_FOUND', message: 'no' });
		expect(await rejection(list())).toMatchObject({ status: 404 });
	});
});

describe('listPage', () => {
	it('gives back whatever cursor a link carries', async () => {
		const cursors = fc.string({ minLength: 1, unit: 'grapheme' });
		await fc.assert(
			fc.asyncProperty(cursors, fc.webUrl(), async (cursor, url) => {
				const next = `${url}?limit=3&pq=${encodeURIComponent(cursor)}`;
				runflow().get('/v1/things?limit=1').reply(200, { items: [], next });
				const page = await listPage(fakeApi(), '/v1/things', entry, { limit: 1 });
				expect(page.cursor).toBe(cursor);
			}),
			{ numRuns: 40 },
		);
	});
});

describe('cursors that lead nowhere', () => {
	it('ends where they go round', async () => {
		for (const next of ['a', 'b', 'a']) {
			runflow()
				.get('/v1/things')
				.query(true)
				.reply(200, { items: entries(0, 1), next });
		}
		expect(await list()).toHaveLength(3);
	});

	it('takes a broken link for what it is', async () => {
		runflow()
			.get('/v1/things')
			.query(true)
			.reply(200, { items: entries(0, 1), next: '/v1/things?pq=100%' });
		runflow()
			.get('/v1/things')
			.query({ limit: 100, pq: '100%' })
			.reply(200, { items: entries(1, 2) });
		expect(await list()).toEqual(entries(0, 2));
	});
});
