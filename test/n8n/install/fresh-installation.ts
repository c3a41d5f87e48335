import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { prove, type Site } from './installation-proof.ts';
import { buildDatabase, fetchPackages } from './installation-steps.ts';
import type { Log } from '../log.ts';
import { writeMarker } from './marker.ts';

/**
 * Installs all of n8n aside, sees it work, and moves it into its place, where nothing is before that.
 * An npm whose caller was killed lives on for a while: it then writes into a folder of its own.
 */
export async function installAfresh(site: Site, log: Log): Promise<void> {
	const { home } = site;
	const parent = dirname(home);
	mkdirSync(parent, { recursive: true });
	const asideOf = `${basename(home)}.installing-`;
	for (const name of readdirSync(parent).filter((entry) => entry.startsWith(asideOf))) {
		removeIfIdle(join(parent, name));
	}
	rmSync(home, { recursive: true, force: true, maxRetries: 5 });
	const aside = { ...site, home: mkdtempSync(join(parent, asideOf)) };
	try {
		await fetchPackages(aside, log);
		await buildDatabase(aside, log);
		writeMarker(aside.home, await prove(aside));
		renameSync(aside.home, home);
	} finally {
		rmSync(aside.home, { recursive: true, force: true, maxRetries: 5 });
	}
}

/** What a killed installation left; an npm that still writes there may keep it until the next time. */
function removeIfIdle(folder: string): void {
	try {
		rmSync(folder, { recursive: true, force: true });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
	}
}
