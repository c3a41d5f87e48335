import { createHash } from 'node:crypto';
import {
	copyFileSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { cacheFolder, fetchedNode } from '../node24.mjs';
import { withLock } from './folder-lock.ts';
import type { Log } from './log.ts';
import { runProgram } from './run-program.ts';

/** A complete n8n on this machine. */
export interface N8nInstallation {
	/** The folder that holds its node_modules. */
	home: string;
	/** The Node 24 its native modules were built for. */
	node: string;
	/** n8n's command line program, to be run by `node`. */
	bin: string;
}

const pinned = join(import.meta.dirname, 'host');
const MARKER = 'complete';

/**
 * The n8n that `host/package-lock.json` pins, from the cache folder or installed into it (about
 * 5 minutes and 2.8 GB). Only a whole installation carries the marker: a broken-off one is redone.
 */
export async function installN8n(log: Log): Promise<N8nInstallation> {
	const node = fetchedNode();
	const home = join(cacheFolder, installationName(readFileSync(join(pinned, 'package-lock.json'))));
	const installation = { home, node, bin: join(home, 'node_modules', 'n8n', 'bin', 'n8n') };
	if (isComplete(home)) return installation;
	mkdirSync(home, { recursive: true });
	await withLock(`${home}.lock`, log, async () => {
		if (!isComplete(home)) await install(home, node, log);
	});
	return installation;
}

/** One folder per lock file, so that another pinned version never meets an older one's files. */
export function installationName(lockFile: Buffer | string): string {
	return `n8n-${createHash('sha256').update(lockFile).digest('hex').slice(0, 16)}`;
}

/** Whether an installation in this folder came to its end. */
export function isComplete(home: string): boolean {
	return existsSync(join(home, MARKER));
}

async function install(home: string, node: string, log: Log): Promise<void> {
	for (const file of ['package.json', 'package-lock.json']) {
		copyFileSync(join(pinned, file), join(home, file));
	}
	log(`Installing n8n into ${home} (once, about 5 minutes and 2.8 GB) …`);
	const env = environmentFor(node);
	const total = packagesIn(JSON.parse(readFileSync(join(home, 'package-lock.json'), 'utf8')));
	await reporting(
		log,
		() => `${Math.min(installedPackages(home), total)} of ${total} packages`,
		async () =>
			await runProgram('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
				cwd: home,
				env,
			}),
	);
	log('Building sqlite3 for Node 24 …');
	try {
		await reporting(
			log,
			() => 'building sqlite3',
			async () => await runProgram('npm', ['rebuild', 'sqlite3'], { cwd: home, env }),
		);
	} catch (error) {
		throw new Error(
			'n8n is installed, but its database module sqlite3 could not be built. ' +
				'It needs python3, make and a C++ compiler (on Debian: apt-get install python3 make g++). ' +
				`Install them and start again.\n${(error as Error).message}`,
			{ cause: error },
		);
	}
	writeFileSync(join(home, MARKER), `${new Date().toISOString()}\n`);
	log('n8n is installed.');
}

/** npm's environment: Node 24 first, its headers, and nothing of the npm script that called. */
function environmentFor(node: string): NodeJS.ProcessEnv {
	const env = { ...process.env };
	for (const name of Object.keys(env)) {
		if (/^npm_(package|lifecycle)_|^npm_config_(local_prefix|prefix)$/i.test(name)) {
			delete env[name];
		}
	}
	env.PATH = `${dirname(node)}${delimiter}${process.env.PATH}`;
	env.npm_config_nodedir = dirname(dirname(node));
	return env;
}

/** Runs `work` with a line every few seconds: a silent five minutes looks like a hang. */
async function reporting<T>(log: Log, state: () => string, work: () => Promise<T>): Promise<T> {
	const started = Date.now();
	const timer = setInterval(
		() => log(`  ${Math.round((Date.now() - started) / 1000)} s: ${state()}`),
		5000,
	);
	try {
		return await work();
	} finally {
		clearInterval(timer);
	}
}

/** How many packages npm will put at the top of node_modules, other systems' binaries left out. */
function packagesIn(lock: { packages: Record<string, { optional?: boolean }> }): number {
	return Object.entries(lock.packages).filter(
		([path, { optional }]) => !optional && path.split('node_modules/').length === 2,
	).length;
}

/** Packages at the top of node_modules that have arrived; npm makes the empty folders first. */
function installedPackages(home: string): number {
	const root = join(home, 'node_modules');
	if (!existsSync(root)) return 0;
	const packages = readdirSync(root).flatMap((name) =>
		name.startsWith('@') ? readdirSync(join(root, name)).map((sub) => join(name, sub)) : name,
	);
	return packages.filter((name) => existsSync(join(root, name, 'package.json'))).length;
}
