import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { hasMarker, readMarker, type Proof } from './marker.ts';
import type { PinnedN8n } from '../machine/pinned.mjs';
import type { runProgram } from '../run-program.ts';

/** An installation to be made, looked at or repaired. */
export interface Site {
	home: string;
	/** The Node that is to run it. */
	node: string;
	pinned: PinnedN8n;
	/** Runs a program; tests put one in place that plays npm. */
	run: typeof runProgram;
}

/** What is wrong with an installation, and the least that may mend it. */
export interface Fault {
	what: string;
	/** Prove it anew, build its database module anew, or install all of it anew. */
	repair: 'proof' | 'database' | 'packages';
}

/** Opens a database in memory with the sqlite3 of a folder, and tells on what. */
const OPEN_DATABASE = `
const { Database } = require(process.argv[1]);
const database = new Database(':memory:', (failure) => {
	if (failure) throw failure;
	database.get('SELECT sqlite_version() AS sqlite', (error, row) => {
		if (error) throw error;
		const { node, modules } = process.versions;
		console.log(JSON.stringify({ node, modules, sqlite: row.sqlite }));
	});
});`;

type Opened = Pick<Proof, 'node' | 'modules' | 'sqlite'>;

/**
 * What an installation lacks, found out in a fraction of a second at each start: the marker against
 * what is there now, and a database opened by the Node that is to run n8n. Nothing when it works.
 */
export async function faultOf(site: Site): Promise<Fault | undefined> {
	const { home, pinned } = site;
	if (!existsSync(join(home, 'node_modules')))
		return { what: 'not installed yet', repair: 'packages' };
	if (!hasMarker(home)) return { what: 'its installation broke off', repair: 'packages' };
	const proof = readMarker(home);
	if (!proof) return { what: 'its marker does not say what was checked', repair: 'proof' };
	if (proof.lock !== pinned.lock || n8nVersion(home) !== pinned.n8n)
		return { what: `it is not the n8n ${pinned.n8n} of the lock file`, repair: 'packages' };
	const packages = countPackages(home);
	if (packages < proof.packages)
		return { what: `it has ${packages} of ${proof.packages} packages`, repair: 'packages' };
	try {
		const { node } = await openDatabase(site);
		if (node === proof.node) return undefined;
		return { what: `it was proved on Node ${proof.node}, not on ${node}`, repair: 'proof' };
	} catch (error) {
		return { what: (error as Error).message, repair: 'database' };
	}
}

/**
 * Sees an installation work: the packages of its lock file are there, its sqlite3 opens a database,
 * and n8n prints its version, all by the Node that is to run it. Throws with what does not work.
 */
export async function prove(site: Site): Promise<Proof> {
	const { home, pinned, run, node } = site;
	const [packages, least] = [countPackages(home), packagesIn(join(home, 'package-lock.json'))];
	if (packages < least) throw new Error(`it has ${packages} of at least ${least} packages`);
	const opened = await openDatabase(site);
	const printed = (
		await run(node, [programIn(home), '--version'], { cwd: home, env: plain() })
	).trim();
	if (printed !== pinned.n8n) throw new Error(`n8n says it is ${printed}, not ${pinned.n8n}`);
	const date = new Date().toISOString();
	return { n8n: printed, ...opened, packages, lock: pinned.lock, date };
}

/** n8n's command line program in an installation. */
export function programIn(home: string): string {
	return join(home, 'node_modules', 'n8n', 'bin', 'n8n');
}

/** Packages at the top of node_modules that have arrived; npm makes the empty folders first. */
export function countPackages(home: string): number {
	const root = join(home, 'node_modules');
	if (!existsSync(root)) return 0;
	const packages = readdirSync(root).flatMap((name) =>
		name.startsWith('@') ? readdirSync(join(root, name)).map((sub) => join(name, sub)) : name,
	);
	return packages.filter((name) => existsSync(join(root, name, 'package.json'))).length;
}

/** How many packages npm will put at the top of node_modules, other systems' binaries left out. */
export function packagesIn(lockFile: string): number {
	const { packages } = JSON.parse(readFileSync(lockFile, 'utf8')) as {
		packages: Record<string, { optional?: boolean }>;
	};
	return Object.entries(packages).filter(
		([path, { optional }]) => !optional && path.split('node_modules/').length === 2,
	).length;
}

async function openDatabase({ home, node, run }: Site): Promise<Opened> {
	const module = join(home, 'node_modules', 'sqlite3');
	try {
		return JSON.parse(
			await run(node, ['-e', OPEN_DATABASE, module], { cwd: home, env: plain(), timeout: 20_000 }),
		) as Opened;
	} catch (error) {
		const reason =
			/^\w*Error: .*$/m.exec((error as Error).message)?.[0] ?? (error as Error).message;
		throw new Error(`its sqlite3 opens no database (${reason})`, { cause: error });
	}
}

function n8nVersion(home: string): string | undefined {
	try {
		const manifest = readFileSync(join(home, 'node_modules', 'n8n', 'package.json'), 'utf8');
		return (JSON.parse(manifest) as { version: string }).version;
	} catch {
		return undefined;
	}
}

/** Options for the caller's Node are none for this one. */
function plain(): NodeJS.ProcessEnv {
	return { ...process.env, NODE_OPTIONS: undefined };
}
