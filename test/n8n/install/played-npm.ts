// What npm would put into an installation: the least that proves itself, with a sqlite3 that opens
// only once it was built.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of the n8n that is put there. */
export const N8N = '9.8.7';

/** What building sqlite3 leaves, below the installation's folder. */
export const BUILT = 'node_modules/sqlite3/build/node_sqlite3.node';

/** Writes a file, and the folders it stands in. */
export function write(path: string, content: string): void {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, content);
}

/** Does what `npm ci` does. */
export function putPackages(at: string): void {
	const modules = join(at, 'node_modules');
	write(join(modules, 'n8n', 'package.json'), JSON.stringify({ version: N8N }));
	write(join(modules, 'n8n', 'bin', 'n8n'), `console.log('${N8N}')`);
	write(join(modules, 'sqlite3', 'package.json'), '{"main":"sqlite3.js"}');
	write(
		join(modules, 'sqlite3', 'sqlite3.js'),
		`require('fs').readFileSync(__dirname + '/build/node_sqlite3.node');
		exports.Database = class {
			constructor(name, opened) { setImmediate(opened, null); }
			get(query, answer) { setImmediate(answer, null, { sqlite: '3.0.0' }); }
		};`,
	);
}

/** Does what `npm rebuild sqlite3` does. */
export function putDatabase(at: string): void {
	write(join(at, BUILT), '');
}
