import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { refusalOf } from './node24.mjs';

it('refuses a Node that is too old in one sentence', () => {
	expect(refusalOf('18.20.8')).toMatch(
		/^This needs Node 20 or newer, and Node 18\.20\.8 runs: .+$/,
	);
	expect(refusalOf('20.0.0')).toBeUndefined();
	expect(refusalOf('24.21.0')).toBeUndefined();
});

describe('the Node that is fetched', () => {
	let folder: string;
	beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'node24-'))));
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	/** Fetches with an npm that brings a Node of this version, and is killed before its end if told. */
	function fetch(version: string, options: { killed?: boolean } = {}) {
		const bin = 'node_modules/node-$PLATFORM/bin';
		const npm = `#!/bin/sh
			echo run >> ${folder}/runs
			test -z "$npm_config_ignore_scripts" || exit 7
			PLATFORM=${process.platform}-${process.arch}
			mkdir -p ${bin}
			printf '#!/bin/sh\\necho v${version}\\n' > ${bin}/node
			${options.killed ? 'exit 9' : `chmod +x ${bin}/node`}`;
		writeFileSync(join(folder, 'npm'), npm);
		chmodSync(join(folder, 'npm'), 0o755);
		const launcher = pathToFileURL(join(__dirname, 'node24.mjs')).href;
		const source = `console.log((await import(${JSON.stringify(launcher)})).fetchedNode())`;
		const env = {
			PATH: [folder, dirname(process.execPath), process.env.PATH].join(delimiter),
			XDG_CACHE_HOME: join(folder, 'cache'),
			npm_config_ignore_scripts: 'true',
		};
		const args = ['--input-type=module', '-e', source];
		return spawnSync(process.execPath, args, { env, encoding: 'utf8' });
	}

	const kept = () => readdirSync(join(folder, 'cache', 'n8n-nodes-runflow'));

	it('is fetched once, and kept', () => {
		const first = fetch('24.21.0');
		expect(existsSync(first.stdout.trim())).toBe(true);
		expect(fetch('24.21.0').stdout).toBe(first.stdout);
		expect(kept()).toEqual(['node-24.21.0']);
		expect(spawnSync('cat', [join(folder, 'runs')], { encoding: 'utf8' }).stdout).toBe('run\n');
	});

	it.each([
		['breaks off', '24.21.0', { killed: true }],
		['brings another version', '24.0.0', {}],
	])('is not kept when the download %s', (_, version, options) => {
		expect(fetch(version, options).status).not.toBe(0);
		expect(kept()).toEqual([]);
		expect(fetch('24.21.0').status).toBe(0);
	});
});

it('ends a program that runs until it is ended together with the shell that npm started it in', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'node24-'));
	const program = join(folder, 'program.mjs');
	writeFileSync(
		program,
		`process.on('SIGTERM', () => { console.log('ended'); process.exit(); });
		console.log('running');
		setInterval(() => {}, 1000);`,
	);
	const command = `'${process.execPath}' '${join(__dirname, 'node24.mjs')}' '${program}'; true`;
	const shell = spawn('sh', ['-c', command], {
		env: { ...process.env, npm_lifecycle_event: 'start' },
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(shell.stdout, 'data');
	shell.kill('SIGKILL');
	const [said] = (await once(shell.stdout, 'data')) as [Buffer];
	expect(said.toString()).toBe('ended\n');
	rmSync(folder, { recursive: true, force: true });
});
