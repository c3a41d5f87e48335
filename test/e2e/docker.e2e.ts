import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

import { pinnedN8n } from '../n8n/machine/pinned.mjs';
import { startStage, root, type Stage } from '../stage/stage.ts';

interface Service {
	image: string;
	command?: string | string[];
	environment?: Record<string, string>;
	depends_on?: Record<string, { condition: string }>;
	volumes?: string[];
}

interface Compose {
	services: Record<string, Service>;
	volumes: Record<string, unknown>;
}

const folder = join(root, 'examples', 'docker');
const files = ['compose.local.yml', 'compose.yml', 'compose.queue.yml'];
const read = (file: string) => load(readFileSync(join(folder, file), 'utf8')) as Compose;

/** How n8n's sources name a variable: in a decorator, in a schema, or read at once. */
const VARIABLE = /(?:\bEnv\)\(|\benv: )'([A-Z0-9_]+)'|process\.env\.([A-Z0-9_]+)/g;

/** Every variable that this n8n reads. */
function variablesOfN8n(): Set<string> {
	const modules = join(pinnedN8n().home, 'node_modules');
	const names = new Set<string>();
	for (const place of [['@n8n', 'config'], ['n8n'], ['n8n-core']]) {
		const dist = join(modules, ...place, 'dist');
		for (const file of readdirSync(dist, { recursive: true }) as string[]) {
			if (!file.endsWith('.js')) continue;
			const source = readFileSync(join(dist, file), 'utf8');
			for (const [, named, read] of source.matchAll(VARIABLE)) names.add(named ?? read);
		}
	}
	return names;
}

let stage: Stage;

beforeAll(async () => {
	// What n8n 3 has by default.
	stage = await startStage({ n8n: { env: { N8N_UNVERIFIED_PACKAGES_ENABLED: 'false' } } });
}, 900_000);
afterAll(async () => await stage?.close());

describe.each(files)('%s', (file) => {
	const { services, volumes } = read(file);
	const ofN8n = Object.entries(services).filter(([, { image }]) => image.includes('/n8n:'));

	it('sets variables that this n8n knows', () => {
		const known = variablesOfN8n();
		const set = ofN8n.flatMap(([, { environment = {} }]) => Object.keys(environment));
		expect(set).toContain('N8N_UNVERIFIED_PACKAGES_ENABLED');
		const unknown = [...new Set(set)].filter((name) => !known.has(name));
		// Older ones know the same address as WEBHOOK_URL; the files that set it say so.
		const isNewer = set.includes('N8N_WEBHOOK_URL') && !known.has('N8N_WEBHOOK_URL');
		expect(unknown).toEqual(isNewer ? ['N8N_WEBHOOK_URL'] : []);
	});

	it('gives the package to every process of n8n before it starts', () => {
		const running = ofN8n.filter(([name]) => name !== 'package');
		expect(running.length).toBeGreaterThan(0);
		for (const [, { depends_on, volumes: mounted = [] }] of running) {
			expect(depends_on?.package).toEqual({ condition: 'service_completed_successfully' });
			expect(mounted).toContain('n8n:/home/node/.n8n');
		}
		expect(String(services.package.command)).toContain('.n8n/nodes/node_modules/n8n-nodes-runflow');
	});

	it('names the n8n that is tested most, and only volumes that exist', () => {
		for (const [, { image }] of ofN8n) expect(image).toMatch(/:\$\{N8N_VERSION:-2\.41\.1\}$/);
		const mounted = Object.values(services).flatMap((service) => service.volumes ?? []);
		const named = mounted.map((mount) => mount.split(':')[0]).filter((name) => !/^[./]/.test(name));
		expect(new Set(named)).toEqual(new Set(Object.keys(volumes)));
	});
});

it('is loaded from its folder also where unverified packages are off', async () => {
	const types = await stage.n8n.rest<Array<{ name: string }>>('POST', '/node-types', {
		nodeInfos: ['runflow', 'runflowTrigger'].map((name) => ({
			name: `n8n-nodes-runflow.${name}`,
			version: 1,
		})),
	});
	expect(types.map(({ name }) => name.split('.').at(-1)).toSorted()).toEqual([
		'runflow',
		'runflowTrigger',
	]);
});
