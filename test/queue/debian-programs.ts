import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const POSTGRES_VERSIONS = '/usr/lib/postgresql';

/** Where Debian puts PostgreSQL's programs (`initdb` is in no PATH), newest version first; then the PATH. */
function folders(): string[] {
	const versions = existsSync(POSTGRES_VERSIONS) ? readdirSync(POSTGRES_VERSIONS) : [];
	return [
		...versions
			.sort((a, b) => Number(b) - Number(a))
			.map((version) => join(POSTGRES_VERSIONS, version, 'bin')),
		...(process.env.PATH ?? '').split(delimiter),
	];
}

/** Paths of the programs that queue mode needs beside n8n. Throws with the command that installs them. */
export function debianPrograms(): { initdb: string; postgres: string; redis: string } {
	const find = (name: string) => {
		const folder = folders().find((path) => existsSync(join(path, name)));
		if (folder) return join(folder, name);
		throw new Error(
			`"${name}" is not on this machine. Queue mode needs PostgreSQL and Redis: ` +
				'apt-get install postgresql redis-server (the tests start their own, on data of their own).',
		);
	};
	return { initdb: find('initdb'), postgres: find('postgres'), redis: find('redis-server') };
}

/** PostgreSQL refuses to run as root; there it runs as the first of these users that exists. */
export function unprivilegedUser(): { uid: number; gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	for (const name of ['postgres', 'nobody']) {
		try {
			const [uid, gid] = ['-u', '-g'].map((flag) =>
				Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' })),
			);
			return { uid, gid };
		} catch {
			// The next one then.
		}
	}
	throw new Error(
		'PostgreSQL does not run as root, and there is neither a user postgres nor nobody',
	);
}
