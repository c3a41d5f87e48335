import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { compareVersions, hostVersions, pinnedN8n, VERSION_VARIABLE } from './pinned.mjs';

afterEach(() => delete process.env[VERSION_VARIABLE]);

it.each(hostVersions())('pins n8n %s by its lock file, in a folder of its own', (version) => {
	const pinned = pinnedN8n(version);
	expect(pinned.home).toMatch(new RegExp(`n8n-${pinned.lock.slice(0, 16)}$`));
	const { dependencies } = JSON.parse(readFileSync(join(pinned.host, 'package.json'), 'utf8')) as {
		dependencies: { n8n: string };
	};
	expect([pinned.n8n, dependencies.n8n]).toEqual([version, version]);
});

it('takes the version that the variable names, and refuses one that is not there', () => {
	process.env[VERSION_VARIABLE] = '1.123.81';
	expect(pinnedN8n().n8n).toBe('1.123.81');
	process.env[VERSION_VARIABLE] = '0.1.2';
	expect(() => pinnedN8n()).toThrow(/There is no n8n 0\.1\.2 .* but 1\.123\.81, /);
});

it('orders versions as numbers', () => {
	expect(['2.10.0', '2.9.8', '1.123.81'].sort(compareVersions)).toEqual([
		'1.123.81',
		'2.9.8',
		'2.10.0',
	]);
});

it.each([
	...hostVersions().map((version) => [`n8n ${version}`, pinnedN8n(version).host]),
	['this package', join(__dirname, '..', '..', '..')],
])(
	'has a lock file for %s that npm ci accepts: everything a package names is in it',
	(_, packageFolder) => {
		const { packages } = JSON.parse(
			readFileSync(join(packageFolder, 'package-lock.json'), 'utf8'),
		) as { packages: Record<string, { optionalDependencies?: Record<string, string> }> };
		const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
		const missing = Object.values(packages)
			.flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
			.filter((name) => !names.has(name));
		expect(missing).toEqual([]);
	},
);
