import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { pinnedN8n } from './pinned.mjs';

it('pins n8n by its lock file, in a folder named after it', () => {
	const pinned = pinnedN8n();
	expect(pinned.home).toMatch(new RegExp(`n8n-${pinned.lock.slice(0, 16)}$`));
	const { dependencies } = JSON.parse(readFileSync(join(pinned.host, 'package.json'), 'utf8')) as {
		dependencies: { n8n: string };
	};
	expect(pinned.n8n).toBe(dependencies.n8n);
});

it.each([
	['n8n', join(__dirname, '..', 'host')],
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
