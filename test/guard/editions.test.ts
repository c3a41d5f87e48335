import { execFileSync } from 'node:child_process';
import { globSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

import { RunflowApi } from '../../credentials/RunflowApi.credentials.ts';
import * as undici from '../../editions/undici/index.ts';
import * as helper from '../../nodes/Runflow/host/adapter/index.ts';

// One source, two packages: what differs between them, counted.

/** What the build puts into the place of the other (see gulpfile.js). */
const ADAPTERS = { lite: 'nodes/Runflow/host/adapter', undici: 'editions/undici' };
/** Grows only on purpose: every file here is one that each fault has to be thought of twice in. */
const MOST_FILES = { lite: 6, undici: 5 };

type Manifest = Record<string, unknown>;

const manifestOf = (folder: string) =>
	JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
const sourcesBelow = (folder: string) => globSync(join(folder, '**', '*.ts'));

describe.each(['lite', 'undici'] as const)('the files of the edition on %s', (edition) => {
	it('are as few as they were', () => {
		expect(sourcesBelow(ADAPTERS[edition])).toHaveLength(MOST_FILES[edition]);
	});

	it('import nothing of the nodes but the index of the client', () => {
		const up = sourcesBelow(ADAPTERS[edition]).flatMap((file) =>
			[...readFileSync(file, 'utf8').matchAll(/from '(\.\.\/[^']*)'/g)].map(([, path]) => path),
		);
		const client = edition === 'lite' ? '../../runflow' : '../../nodes/Runflow/runflow';
		expect(new Set(up)).toEqual(new Set([client]));
	});
});

it('both adapters give what the nodes take', () => {
	for (const adapter of [undici, helper]) {
		expect(adapter).toMatchObject({
			clock: { now: expect.any(Function), pause: expect.any(Function) },
			transport: expect.any(Function),
			toStream: expect.any(Function),
		});
	}
});

/** What tells the editions apart, or sends a request past the adapter. */
const KNOWS =
	/\bundici\b|httpRequest\w*|helpers\.request\b|requestWith\w*|\bfetch\(|-lite\b|getSecureEgressFilter/g;
/** Makes the egress policy of either edition. */
const EGRESS = join('nodes', 'Runflow', 'host', 'connection', 'egress.ts');

const knownIn = (source: string) =>
	source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').match(KNOWS) ?? [];

it('nothing else knows which edition it is in', () => {
	const knowing = [...sourcesBelow('nodes'), ...sourcesBelow('credentials')]
		.filter((file) => !file.startsWith(ADAPTERS.lite))
		.flatMap((file) => knownIn(readFileSync(file, 'utf8')).map((known) => [file, known]));
	expect(new Set(knowing.map(String))).toEqual(new Set([`${EGRESS},getSecureEgressFilter`]));
});

it.each([
	"context.helpers.httpRequestWithAuthentication('runflowApi', {})",
	'context.helpers.request({})',
	"context.helpers.requestWithAuthentication('runflowApi', {})",
	'await fetch(docs)',
	"getNode().type.includes('-lite.')",
	"'getSecureEgressFilter' in context.helpers",
])('and would be seen to: %s', (source) => {
	expect(knownIn(source)).not.toEqual([]);
});

describe('the package n8n-nodes-runflow-lite', () => {
	it('is the same package under another name', () => {
		const main = manifestOf('.');
		const differing = ['name', 'description', 'repository', 'scripts', 'devDependencies'];
		const shared = Object.keys(main).filter((field) => !differing.includes(field));
		const pick = (manifest: Manifest) =>
			Object.fromEntries(shared.map((field) => [field, manifest[field]]));
		const lite = manifestOf('lite');
		expect(pick(lite)).toEqual(pick(main));
		expect(Object.keys(lite).sort()).toEqual(
			[...shared, 'name', 'description', 'repository'].sort(),
		);
		expect(lite.name).toBe('n8n-nodes-runflow-lite');
		expect(lite.repository).toEqual({ ...(main.repository as object), directory: 'lite' });
	});

	it('shares its credentials with the other package, which n8n allows a type that says nothing else', () => {
		expect(new RunflowApi()).not.toHaveProperty('restrictToSupportedNodes');
	});

	it.each(['nodes', 'credentials'])('has the same %s, by a link', (folder) => {
		expect(lstatSync(join('lite', folder)).isSymbolicLink()).toBe(true);
		expect(readlinkSync(join('lite', folder))).toBe(join('..', folder));
	});
});

describe('the commands that move a workflow', () => {
	const commandsIn = (file: string) =>
		[...readFileSync(file, 'utf8').matchAll(/^sed '(.*)' workflow\.json > moved\.json$/gm)].map(
			([, script]) => script,
		);
	const [there, back] = commandsIn('docs/install.md');
	const workflowOf = (name: string) =>
		JSON.stringify({ nodes: [{ type: `${name}.runflow` }, { type: `${name}.runflowTrigger` }] });
	const moved = (script: string, input: string) =>
		execFileSync('sed', [script], { input, encoding: 'utf8' });

	it('move every node, also where all stand on one line', () => {
		const main = workflowOf('n8n-nodes-runflow');
		const lite = workflowOf('n8n-nodes-runflow-lite');
		expect(moved(there, main)).toBe(lite);
		expect(moved(back, lite)).toBe(main);
	});

	it('are the same in both packages', () => {
		expect(commandsIn('lite/README.md')).toEqual([there]);
	});
});

describe('zod, which n8n lends to n8n-nodes-runflow-lite', () => {
	const hosts = globSync('test/n8n/hosts/*/package-lock.json');

	it.each(hosts)('is one that the checks of answers are written for: %s', (lockFile) => {
		const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as {
			packages: Record<string, { version: string; dependencies?: Record<string, string> }>;
		};
		// n8n lets packages find what it depends on itself.
		expect(packages['node_modules/n8n'].dependencies).toHaveProperty('zod');
		expect(packages['node_modules/zod'].version).toMatch(/^3\.25\./);
	});

	it('was looked at in every n8n that is tested', () => {
		expect(hosts.length).toBeGreaterThan(4);
	});
});
