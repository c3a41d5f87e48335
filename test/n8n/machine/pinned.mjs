import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cacheFolder } from '../../node24.mjs';

const host = join(dirname(fileURLToPath(import.meta.url)), '..', 'host');

/** The n8n that `host/package-lock.json` pins, and the folder of this machine that it belongs in. */
export function pinnedN8n() {
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
