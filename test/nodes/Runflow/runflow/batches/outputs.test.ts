import fc from 'fast-check';

import { mediaUrls } from '../../../../../nodes/Runflow/runflow/batches/outputs.ts';

const A = 'https://files.runflow.test/a.png?sig=1';
const B = 'http://files.runflow.test/b.mp4';

describe('mediaUrls', () => {
	it.each<[string, unknown, string[]]>([
		['the normalised form', { outputs: [{ url: A, type: 'image' }, { url: B }] }, [A, B]],
		['addresses in it without an object', { outputs: [A, B] }, [A, B]],
		['an entry without url', { outputs: [{ url: null, image: { url: A } }, { video: B }] }, [A, B]],
		['a url that is a list', { outputs: [{ url: [A, B] }] }, [A, B]],
		['image_urls', { image_urls: [A, B] }, [A, B]],
		['image.url', { image: { url: A, width: 10 } }, [A]],
		['a plain address', A, [A]],
		['a list', [A, { deep: { deeper: [B] } }], [A, B]],
		['an outputs that is no list', { outputs: { url: A } }, [A]],
	])('reads %s', (_, output, urls) => {
		expect(mediaUrls(output)).toEqual(urls);
	});

	it('leaves other addresses out where the normalised form is there', () => {
		expect(mediaUrls({ outputs: [{ url: A, page: B }], source_url: B, request: { b: B } })).toEqual(
			[A],
		);
		expect(mediaUrls({ outputs: [], source_url: B })).toEqual([]);
	});

	it('names an address once, where it stands first', () => {
		expect(mediaUrls({ outputs: [{ url: B }, { url: A }, { url: B }] })).toEqual([B, A]);
		expect(mediaUrls({ image_urls: [A, A], image: { url: A } })).toEqual([A]);
	});

	it.each([
		undefined,
		null,
		'',
		7,
		true,
		{},
		[],
		{ outputs: null },
		{ outputs: [null, undefined, 7, '', {}] },
		{ outputs: [{ url: 'data:image/png;base64,AAAA' }, { url: 'javascript:alert(1)' }] },
		{ a: 'file:///etc/passwd', b: 'ftp://a.test/x', c: '//a.test/x', d: '/x', e: 'https://' },
		{ text: `see ${A} there`, other: `${A} `, line: `${A}\n${B}` },
	])('finds nothing in %j', (output) => {
		expect(mediaUrls(output)).toEqual([]);
	});

	it('gives out nothing but web addresses, each once, whatever a model answers', () => {
		const leaf = fc.oneof(
			fc.webUrl(),
			fc.string(),
			fc.constantFrom('javascript:alert(1)', 'HTTPS://A.TEST/', 'https:// x', A, null, 1, false),
		);
		const { value } = fc.letrec((tie) => ({
			value: fc.oneof({ maxDepth: 4 }, leaf, tie('list'), tie('object')),
			list: fc.array(tie('value'), { maxLength: 4 }),
			object: fc.dictionary(fc.constantFrom('outputs', 'url', 'image', 'x'), tie('value')),
		}));
		fc.assert(
			fc.property(value, (output) => {
				const urls = mediaUrls(output);
				for (const url of urls) {
					expect(url).toMatch(/^https?:\/\/\S+$/);
					expect(JSON.stringify(output)).toContain(JSON.stringify(url));
				}
				expect(new Set(urls).size).toBe(urls.length);
			}),
			{ numRuns: 300 },
		);
	});
});
