import fc from 'fast-check';

import { isUuid, modelPath } from '../../../../nodes/Runflow/runflow/identifiers.ts';

describe('isUuid', () => {
	it('takes a UUID of any version, in either case', () => {
		fc.assert(
			fc.property(fc.uuid(), (uuid) => {
				expect(isUuid(uuid)).toBe(true);
				expect(isUuid(uuid.toUpperCase())).toBe(true);
			}),
		);
	});

	it.each([
		'',
		'batch_01J0ABC',
		'3c90c3cc-0d44-4b50-8888-8dd25736052',
		'3c90c3cc-0d44-4b50-8888-8dd25736052a0',
		'3c90c3cc-0d44-4b50-8888-8dd25736052a\n',
		' 3c90c3cc-0d44-4b50-8888-8dd25736052a',
		'{3c90c3cc-0d44-4b50-8888-8dd25736052a}',
		'3c90c3cc0d444b5088888dd25736052a',
		'3g90c3cc-0d44-4b50-8888-8dd25736052a',
		'../3c90c3cc-0d44-4b50-8888-8dd25736052a',
		null,
		42,
		['3c90c3cc-0d44-4b50-8888-8dd25736052a'],
	])('refuses %j', (value) => {
		expect(isUuid(value)).toBe(false);
	});
});

describe('modelPath', () => {
	it.each([
		['runflow/background-removal', 'runflow/background-removal'],
		['runflow/object-removal/prompt', 'runflow/object-removal/prompt'],
		['  /runflow/upscale/ \n', 'runflow/upscale'],
		['acme&co/größe', 'acme%26co/gr%C3%B6%C3%9Fe'],
		['a.b/c..d', 'a.b/c..d'],
	])('reads %j as %s', (model, path) => {
		expect(modelPath(model)).toBe(path);
	});

	it.each(['', '   ', 'upscale', '/upscale', 'upscale/', 'a//b', 'a/../b', './b', 'a/..', 'a/b c'])(
		'refuses %j',
		(model) => {
			expect(modelPath(model)).toBeUndefined();
		},
	);

	it.each(['a/b?c=d', 'a/b#c', 'a\\b/c', 'a/%2e%2e'])(
		'refuses %j, which is more than a path',
		(model) => {
			expect(modelPath(model)).toBeUndefined();
		},
	);

	it('never leaves /v1/models', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'grapheme' }),
				fc.string({ unit: 'grapheme' }),
				(owner, slug) => {
					const path = modelPath(`${owner}/${slug}`);
					if (path === undefined) return;
					const url = new URL(`https://api.runflow.test/v1/models/${path}/batches`);
					expect(url.pathname).toBe(`/v1/models/${path}/batches`);
					expect(url.search + url.hash).toBe('');
					expect(url.host).toBe('api.runflow.test');
				},
			),
		);
	});
});
