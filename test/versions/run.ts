// Runs the demo and the end-to-end tests on other versions of n8n, and writes what was seen into
// docs/compatibility.md:
//   npm run test:versions [-- [--only=main-job,demo] [version …]]
// Every version of test/n8n/hosts by default. The first failure stops nothing. With `--only` some of
// the files run; what was seen of the others before stands. Queue mode runs where it is named alone
// (`--only=queue`), for it needs PostgreSQL and Redis.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { installN8n } from '../n8n/install/installation.ts';
import { readMarker } from '../n8n/install/marker.ts';
import { hostVersions, pinnedN8n, VERSION_VARIABLE } from '../n8n/machine/pinned.mjs';
import { root } from '../stage/stage.ts';
import { tryEach } from './each.ts';
import { readOnly } from './only.ts';
import { testsOf, together, type JestReport, type Outcome } from './outcome.ts';
import { withTable } from './table.ts';

const results = join(import.meta.dirname, 'results');
const document = join(root, 'docs', 'compatibility.md');

/** Runs a program of this project on one version of n8n; true when it ended well. */
function runOn(version: string, program: string[]): boolean {
	const env = { ...process.env, [VERSION_VARIABLE]: version };
	return spawnSync(process.execPath, program, { cwd: root, env, stdio: 'inherit' }).status === 0;
}

/** Runs the end-to-end tests, or some of their files, or those of queue mode. */
function reportOn(version: string, suite: 'e2e' | 'queue', only: string[] = []): JestReport {
	const folder = mkdtempSync(join(tmpdir(), 'runflow-versions-'));
	try {
		const report = join(folder, 'report.json');
		const jest = join('node_modules', 'jest', 'bin', 'jest.js');
		const config = join('test', suite, 'jest.config.cjs');
		const output = ['--json', `--outputFile=${report}`];
		runOn(version, [jest, '--config', config, '--runInBand', ...output, ...only]);
		if (!existsSync(report)) throw new Error(`jest wrote no report on n8n ${version}`);
		return JSON.parse(readFileSync(report, 'utf8')) as JestReport;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function tryOut(version: string, only: string[]): Promise<Outcome> {
	const date = new Date().toISOString().slice(0, 10);
	const known = { n8n: version, node: process.versions.node, date };
	try {
		const pinned = pinnedN8n(version);
		const { home } = await installN8n((line) => console.log(line), { pinned });
		known.node = readMarker(home)?.node ?? known.node;
	} catch (error) {
		return { ...known, notInstalled: firstLine(error), tests: {} };
	}
	const all = only.length === 0;
	const files = only.filter((name) => !['demo', 'queue'].includes(name));
	const tests = {
		...((all || files.length > 0) && testsOf(reportOn(version, 'e2e', files))),
		...(only.includes('queue') && testsOf(reportOn(version, 'queue'))),
	};
	if (!all && !only.includes('demo')) return { ...known, tests };
	return { ...known, demo: runOn(version, [join('test', 'demo', 'demo.ts')]), tests };
}

function firstLine(error: unknown): string {
	return (error as Error).message.split('\n').slice(0, 2).join(' ');
}

/** Everything that was ever seen, with the newest for each version. */
function kept(): Outcome[] {
	return readdirSync(results)
		.filter((name) => name.endsWith('.json'))
		.map((name) => JSON.parse(readFileSync(join(results, name), 'utf8')) as Outcome);
}

/** Puts all that was seen into the document, in the style of the project. */
async function writeTable(): Promise<void> {
	const markdown = withTable(readFileSync(document, 'utf8'), kept());
	const style = await resolveConfig(document);
	writeFileSync(document, await format(markdown, { ...style, parser: 'markdown' }));
}

/** Adds what was seen to what is known of that version. */
async function keep(outcome: Outcome): Promise<void> {
	const earlier = kept().find(({ n8n }) => n8n === outcome.n8n);
	const text = `${JSON.stringify(together(earlier, outcome), null, '\t')}\n`;
	writeFileSync(join(results, `${outcome.n8n}.json`), text);
	await writeTable();
}

const named = process.argv.slice(2);
const files = readdirSync(join(root, 'test', 'e2e'))
	.filter((name) => name.endsWith('.e2e.ts'))
	.map((name) => name.replace('.e2e.ts', ''));
const only = readOnly(named, files);
const versions = named.filter((arg) => !arg.startsWith('--'));
const failed = await tryEach(
	versions.length > 0 ? versions : hostVersions(),
	async (version) => {
		console.log(`\n=== n8n ${version}\n`);
		return await tryOut(version, only);
	},
	keep,
	console.error,
);
console.log(`\n${failed === 0 ? 'All versions work' : `Something failed on ${failed} versions`}`);
process.exitCode = failed === 0 ? 0 : 1;
