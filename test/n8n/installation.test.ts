import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { installationName, isComplete } from './installation.ts';

const host = join(__dirname, 'host');

it('gives each lock file a folder of its own', () => {
	expect(installationName('one lock file')).toMatch(/^n8n-[0-9a-f]{16}$/);
	expect(installationName('one lock file')).toBe(installationName(Buffer.from('one lock file')));
	expect(installationName('one lock file')).not.toBe(installationName('another'));
});

it('takes an installation that broke off for none', () => {
	const home = mkdtempSync(join(tmpdir(), 'installation-'));
	expect(isComplete(home)).toBe(false);
	writeFileSync(join(home, 'complete'), '');
	expect(isComplete(home)).toBe(true);
	rmSync(home, { recursive: true });
});

it.each([
	['n8n', host],
	['this package', join(host, '..', '..', '..')],
])(
	'has a lock file for %s that npm ci accepts: everything a package names is in it',
	(_, folder) => {
		const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
			packages: Record<string, { optionalDependencies?: Record<string, string> }>;
		};
		const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
		const missing = Object.values(packages)
			.flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
			.filter((name) => !names.has(name));
		expect(missing).toEqual([]);
	},
);
