import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { fetchedNode } from '../../node24.mjs';
import { withLock } from './folder-lock.ts';
import { installAfresh } from './fresh-installation.ts';
import { faultOf, programIn, prove, type Fault, type Site } from './installation-proof.ts';
import { buildDatabase } from './installation-steps.ts';
import type { Log } from '../log.ts';
import { readMarker, removeMarker, writeMarker } from './marker.ts';
import { pinnedN8n, type PinnedN8n } from '../machine/pinned.mjs';
import { preflight } from '../machine/preflight.mjs';
import { runProgram } from '../run-program.ts';

/** A complete n8n on this machine. */
export interface N8nInstallation {
	/** The folder that holds its node_modules. */
	home: string;
	/** n8n's version. */
	version: string;
	/** The Node 24 that its proof was made with. */
	node: string;
	/** n8n's command line program, to be run by `node`. */
	bin: string;
}

/** What an installation is made with, on this machine by default. */
export interface Means {
	pinned: PinnedN8n;
	fetchNode: () => string;
	run: typeof runProgram;
	preflight: typeof preflight;
}

/** From the least to the most; where one does not help, the next is taken. */
const REPAIRS: Array<Fault['repair']> = ['proof', 'database', 'packages'];

/**
 * The n8n that `hosts/` pins, from the cache folder or installed into it (about
 * 5 minutes and 2.8 GB). One that is there is looked at first, and repaired when it does not work.
 * Throws, before anything is downloaded, with all that this machine lacks.
 */
export async function installN8n(log: Log, means: Partial<Means> = {}): Promise<N8nInstallation> {
	const own: Means = { pinned: pinnedN8n(), fetchNode: fetchedNode, run: runProgram, preflight };
	const { pinned, fetchNode, run, preflight: look } = { ...own, ...means };
	const { home } = pinned;
	const installed = existsSync(join(home, 'node_modules'));
	if (!installed) assertNothingMissing(look(true));

	const installation = { home, version: pinned.n8n, node: fetchNode(), bin: programIn(home) };
	const site: Site = { home, node: installation.node, pinned, run };
	if (!(await faultOf(site))) return installation;
	await withLock(`${home}.lock`, log, async () => {
		// Whoever held the lock may have repaired it.
		const fault = await faultOf(site);
		if (fault) await repair(site, fault, look, log);
	});
	return installation;
}

async function repair(site: Site, fault: Fault, look: Means['preflight'], log: Log): Promise<void> {
	let { what } = fault;
	for (const step of REPAIRS.slice(REPAIRS.indexOf(fault.repair))) {
		log(`n8n in ${site.home}: ${what}.`);
		if (step !== 'proof') {
			assertNothingMissing(look(step === 'packages'));
			// A repair that breaks off must not leave a marker behind.
			removeMarker(site.home);
		}
		try {
			if (step === 'packages') {
				await installAfresh(site, log);
			} else {
				if (step === 'database') await buildDatabase(site, log);
				writeMarker(site.home, await prove(site));
			}
			break;
		} catch (error) {
			if (step === 'packages') throw error;
			what = (error as Error).message;
		}
	}
	const seen = readMarker(site.home);
	log(`n8n ${seen?.n8n} works on Node ${seen?.node}, with a database opened by its sqlite3.`);
}

function assertNothingMissing(message: string | undefined): void {
	if (message) throw new Error(message);
}
