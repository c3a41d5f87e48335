import { copyFileSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { countPackages, packagesIn, type Site } from './installation-proof.ts';
import type { Log } from '../log.ts';
import { npmEnvironment } from '../machine/npm-environment.mjs';

/** Installs every package that the lock file names; runs none of their scripts. */
export async function fetchPackages(site: Site, log: Log): Promise<void> {
	const { home, pinned, run } = site;
	copyManifests(site);
	log(`Installing n8n ${pinned.n8n} (once, about 5 minutes and 2.8 GB) …`);
	const total = packagesIn(join(home, 'package-lock.json'));
	const state = () => `${Math.min(countPackages(home), total)} of ${total} packages`;
	const options = ['--ignore-scripts', '--include=optional', '--no-audit', '--no-fund'];
	await reporting(log, state, async () => {
		await run('npm', ['ci', ...options], { cwd: home, env: environment(site) });
	});
}

/** Fetches or compiles sqlite3's native module, as its install script does. */
export async function buildDatabase(site: Site, log: Log): Promise<void> {
	copyManifests(site);
	log('Building the database module sqlite3 (2 minutes, where no ready-made one can be had) …');
	// The person's own .npmrc may forbid scripts; npm would then build nothing and report success.
	const rebuild = ['rebuild', 'sqlite3', '--ignore-scripts=false'];
	const state = () => 'building sqlite3';
	await reporting(log, state, async () => {
		await site.run('npm', rebuild, { cwd: site.home, env: environment(site) });
	});
}

/** What is installed, and which package's scripts npm may run, as this version of the project has it. */
function copyManifests({ home, pinned }: Site): void {
	mkdirSync(home, { recursive: true });
	for (const file of ['package.json', 'package-lock.json']) {
		copyFileSync(join(pinned.host, file), join(home, file));
	}
}

/** npm's environment: the Node that will run n8n comes first, and its headers are named. */
function environment({ node }: Site): NodeJS.ProcessEnv {
	return {
		...npmEnvironment(process.env),
		PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
		npm_config_nodedir: dirname(dirname(node)),
	};
}

/** Runs `work` with a line every few seconds: a silent five minutes looks like a hang. */
async function reporting(log: Log, state: () => string, work: () => Promise<void>): Promise<void> {
	const started = Date.now();
	const timer = setInterval(
		() => log(`  ${Math.round((Date.now() - started) / 1000)} s: ${state()}`),
		5000,
	);
	try {
		await work();
	} finally {
		clearInterval(timer);
	}
}
