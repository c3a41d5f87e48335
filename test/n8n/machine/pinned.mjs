import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cacheFolder } from '../../node24.mjs';

const hosts = join(dirname(fileURLToPath(import.meta.url)), '..', 'hosts');

/** The n8n that everything is made for first; the others by the variable below. */
const USUAL = '2.41.1';

/** Names another n8n of `hosts/` for the demo and the end-to-end tests. */
export const VERSION_VARIABLE = 'RUNFLOW_TEST_N8N';

/** Versions of n8n that have a lock file in `hosts/`, oldest first. */
export function hostVersions() {
	return readdirSync(hosts).sort(compareVersions);
}

/** Below 0 where the first of two versions is the older one. */
export function compareVersions(one, other) {
	const [a, b] = [one, other].map((version) => version.split('.').map(Number));
	return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/**
 * The n8n that the lock file in `hosts/<version>` pins, and the folder of this machine that it
 * belongs in. Throws for a version that has none.
 */
export function pinnedN8n(version = process.env[VERSION_VARIABLE] || USUAL) {
	const known = hostVersions();
	if (!known.includes(version)) {
		throw new Error(`There is no n8n ${version} in test/n8n/hosts, but ${known.join(', ')}.`);
	}
	const host = join(hosts, version);
	const lockFile = readFileSync(join(host, 'package-lock.json'));
	const packages = JSON.parse(lockFile.toString()).packages;
	const lock = createHash('sha256').update(lockFile).digest('hex');
	return {
		host,
		lock,
		// One folder per lock file: another pinned version never meets an older one's files.
		home: join(cacheFolder, `n8n-${lock.slice(0, 16)}`),
		n8n: packages['node_modules/n8n'].version,
		sqlite3: packages['node_modules/sqlite3'].version,
	};
}
