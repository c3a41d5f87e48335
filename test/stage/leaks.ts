import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { N8n } from '../n8n/index.ts';

/**
 * Looks for secrets in everything n8n wrote: its output, and every file of its user folder, the
 * database with all items, errors and execution data among them. Credentials stand there encrypted.
 *
 * @throws when one is found, naming where
 */
export function assertNothingLeaked(n8n: N8n, secrets: string[]): void {
	const places = [
		...(secrets.some((secret) => n8n.output.includes(secret)) ? ["n8n's output"] : []),
		...filesBelow(join(n8n.userFolder, '.n8n')).filter((path) => {
			const content = readIfThere(path);
			return secrets.some((secret) => content.includes(secret));
		}),
	];
	if (places.length > 0) throw new Error(`A secret stands in ${places.join(', ')}`);
}

/** Every file there but the packages, which are as they were installed. */
function filesBelow(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (!entry.isDirectory()) return [path];
		return entry.name === 'nodes' ? [] : filesBelow(path);
	});
}

/** n8n still runs, and its database has journals that come and go. */
function readIfThere(path: string): Buffer {
	try {
		return readFileSync(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
		throw error;
	}
}
