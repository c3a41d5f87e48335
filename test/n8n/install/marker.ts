import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What was seen to work when an installation was marked complete. */
export interface Proof {
	/** The version n8n printed. */
	n8n: string;
	/** The Node that ran it, and the version of its interface for native modules. */
	node: string;
	modules: string;
	/** The SQLite in which a database was opened. */
	sqlite: string;
	/** How many packages stood at the top of node_modules. */
	packages: number;
	/** SHA-256 of the lock file it was installed from. */
	lock: string;
	/** When. */
	date: string;
}

const FIELDS: Array<keyof Proof> = ['n8n', 'node', 'modules', 'sqlite', 'packages', 'lock', 'date'];

const markerIn = (home: string) => join(home, 'complete');

/** Whether an installation came to an end in this folder, be it one that proved nothing. */
export function hasMarker(home: string): boolean {
	return existsSync(markerIn(home));
}

/** What the marker says; nothing when there is none, or one that does not say all of it. */
export function readMarker(home: string): Proof | undefined {
	try {
		const proof = JSON.parse(readFileSync(markerIn(home), 'utf8')) as Proof;
		return FIELDS.every((field) => proof[field]) ? proof : undefined;
	} catch {
		return undefined;
	}
}

/** Marks an installation complete, in one step, so that nobody reads half a marker. */
export function writeMarker(home: string, proof: Proof): void {
	mkdirSync(home, { recursive: true });
	const aside = `${markerIn(home)}.${process.pid}`;
	writeFileSync(aside, `${JSON.stringify(proof, null, '\t')}\n`);
	renameSync(aside, markerIn(home));
}

/** Takes the mark away, before anything is changed. */
export function removeMarker(home: string): void {
	rmSync(markerIn(home), { force: true });
}
