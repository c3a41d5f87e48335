import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';

import { installN8n, type Means } from './installation.ts';
import { readMarker } from './marker.ts';
import { BUILT, N8N, putDatabase, putPackages, write } from './played-npm.ts';
import { runProgram } from '../run-program.ts';

// npm is played; the Node that opens the database and asks n8n for its version is real.

let folder: string;
let home: string;
let host: string;
let calls: string[];
let lines: string[];
/** What the played npm does for `ci` and `rebuild`. */
let npm: { ci: (at: string) => void; rebuild: (at: string) => void };

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'installation-'));
	[home, host] = [join(folder, 'n8n'), join(folder, 'host')];
	[calls, lines] = [[], []];
	npm = { ci: putPackages, rebuild: putDatabase };
	const packages = { '': {}, 'node_modules/n8n': {}, 'node_modules/sqlite3': {} };
	write(join(host, 'package-lock.json'), JSON.stringify({ packages }));
	write(join(host, 'package.json'), '{}');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inModules = (...path: string[]) => join(home, 'node_modules', ...path);
const built = () => join(home, BUILT);

async function install(means: Partial<Means> = {}) {
	return await installN8n((line) => lines.push(line), {
		pinned: { host, home, lock: 'f'.repeat(64), n8n: N8N, sqlite3: '5.1.7' },
		fetchNode: () => process.execPath,
		preflight: () => undefined,
		run: async (command, args, options) => {
			if (command !== 'npm') return await runProgram(command, args, options);
			calls.push(args[0]);
			npm[args[0] as keyof typeof npm](options.cwd);
			return '';
		},
		...means,
	});
}

/** One that is there and works; what was called for it is forgotten. */
async function installed(): Promise<void> {
	await install();
	[calls, lines] = [[], []];
}

it('marks as complete what was seen to work, with what was seen', async () => {
	await expect(install()).resolves.toEqual({
		home,
		version: N8N,
		node: process.execPath,
		bin: inModules('n8n', 'bin', 'n8n'),
	});
	expect(calls).toEqual(['ci', 'rebuild']);
	expect(JSON.parse(readFileSync(join(home, 'complete'), 'utf8'))).toEqual({
		n8n: N8N,
		node: process.versions.node,
		modules: process.versions.modules,
		sqlite: '3.0.0',
		packages: 2,
		lock: 'f'.repeat(64),
		date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
	});
});

it('does nothing about one that works', async () => {
	await installed();
	await install();
	expect({ calls, lines }).toEqual({ calls: [], lines: [] });
});

it('marks nothing when npm ends with success and has built nothing', async () => {
	npm.rebuild = () => {};
	await expect(install()).rejects.toThrow(/sqlite3 opens no database \(Error: ENOENT/);
	expect(existsSync(join(home, 'complete'))).toBe(false);

	npm.rebuild = putDatabase;
	await install();
	expect(calls).toEqual(['ci', 'rebuild', 'ci', 'rebuild']);
	expect(readMarker(home)?.n8n).toBe(N8N);
});

it('marks nothing when n8n does not say its version', async () => {
	npm.ci = (at) => {
		putPackages(at);
		write(join(at, 'node_modules', 'n8n', 'bin', 'n8n'), `throw new Error('half of n8n')`);
	};
	await expect(install()).rejects.toThrow('half of n8n');
	expect(readMarker(home)).toBeUndefined();
});

const damages: Array<[string, () => void, string[], RegExp]> = [
	[
		'n8n deleted',
		() => rmSync(inModules('n8n'), { recursive: true }),
		['ci', 'rebuild'],
		/lock file/,
	],
	[
		'a package deleted',
		() => rmSync(inModules('sqlite3'), { recursive: true }),
		['ci', 'rebuild'],
		/has 1 of 2 packages/,
	],
	[
		'the built module deleted',
		() => rmSync(built()),
		['rebuild'],
		/opens no database \(Error: ENOENT/,
	],
	['an empty marker', () => write(join(home, 'complete'), ''), [], /does not say what was checked/],
	[
		'the marker of an earlier version of this project',
		() => write(join(home, 'complete'), '2026-11-24T08:04:19.830Z\n'),
		[],
		/does not say what was checked/,
	],
	[
		'an earlier marker, and a module that was never built',
		() => {
			write(join(home, 'complete'), '2026-11-24T08:04:19.830Z\n');
			rmSync(built());
		},
		['rebuild'],
		/opens no database/,
	],
	[
		'another Node than it was proved on',
		() => {
			const marker = { ...readMarker(home), node: '24.0.0' };
			write(join(home, 'complete'), JSON.stringify(marker));
		},
		[],
		/was proved on Node 24\.0\.0/,
	],
	['no marker', () => rmSync(join(home, 'complete')), ['ci', 'rebuild'], /broke off/],
];

it.each(damages)('finds out and repairs: %s', async (_, damage, repairs, said) => {
	await installed();
	damage();
	await install();
	expect(calls).toEqual(repairs);
	expect(lines.join('\n')).toMatch(said);
	expect(readMarker(home)).toMatchObject({ node: process.versions.node, packages: 2 });
	await install();
	expect(calls).toEqual(repairs);
});

it('installs all of it when building the module anew does not help', async () => {
	await installed();
	write(inModules('sqlite3', 'sqlite3.js'), `throw new TypeError('damaged')`);
	await install();
	expect(calls).toEqual(['rebuild', 'ci', 'rebuild']);
});

it('does not trust what a repair left that broke off', async () => {
	await installed();
	rmSync(built());
	npm.rebuild = npm.ci = () => {
		throw new Error('killed');
	};
	await expect(install()).rejects.toThrow('killed');
	expect(existsSync(join(home, 'complete'))).toBe(false);
});

it('goes on after a program that was killed half way, with its lock and its folder', async () => {
	write(inModules('n8n', 'package.json'), '');
	writeFileSync(`${home}.lock`, String(spawnSync(process.execPath, ['--version']).pid));
	await install();
	expect(calls).toEqual(['ci', 'rebuild']);
	expect(existsSync(`${home}.lock`)).toBe(false);
});

it('leaves an npm alone whose caller was killed: it writes into a folder of its own', async () => {
	const abandoned: string[] = [];
	npm.ci = (at) => {
		abandoned.push(at);
		putPackages(at);
		throw new Error('stopped');
	};
	await expect(install()).rejects.toThrow('stopped');
	npm.ci = (at) => {
		// What the first one still had to write.
		putPackages(abandoned[0]);
		write(join(abandoned[0], 'node_modules', 'n8n', 'package.json'), 'half');
		expect(existsSync(home)).toBe(false);
		putPackages(at);
	};
	await install();
	expect(readMarker(home)?.n8n).toBe(N8N);
	expect(existsSync(abandoned[0])).toBe(true);

	rmSync(join(home, 'complete'));
	npm.ci = putPackages;
	await install();
	expect(existsSync(abandoned[0])).toBe(false);
});

it('installs once when two ask at the same time', async () => {
	await Promise.all([install(), install()]);
	expect(calls).toEqual(['ci', 'rebuild']);
});

it('says what is missing before Node or anything else is fetched', async () => {
	const fetchNode = jest.fn();
	const refused = install({ fetchNode, preflight: () => 'no compiler' });
	await expect(refused).rejects.toThrow('no compiler');
	expect(fetchNode).not.toHaveBeenCalled();
	expect(calls).toEqual([]);
});

it('asks for a compiler, and not for disk space, to build the module anew', async () => {
	await installed();
	rmSync(built());
	const preflight = jest.fn<string | undefined, [boolean]>(() => 'no compiler');
	await expect(install({ preflight })).rejects.toThrow('no compiler');
	expect(preflight.mock.calls).toEqual([[false]]);
	expect(existsSync(inModules('n8n'))).toBe(true);
});
