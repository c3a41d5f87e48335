import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
} from 'node:fs';
import { basename, join } from 'node:path';

import { packageFolder, PACKAGES, testedEdition, type EditionName } from './edition.ts';
import type { Log } from './log.ts';
import { npmEnvironment } from './machine/npm-environment.mjs';
import { runProgram } from './run-program.ts';

const SOURCES = [
	...['nodes', 'credentials', 'editions', 'bundle', 'lite/package.json'],
	...['package.json', 'gulpfile.js', 'tsconfig.json'],
];

/**
 * Packs a package as it would be published, built first when it is missing or older than a source,
 * and returns the tarball's path: what is tried out is what users get.
 */
export async function packPackage(
	root: string,
	log: Log,
	edition: EditionName = testedEdition,
): Promise<string> {
	const source = join(root, PACKAGES[edition].folder);
	const env = npmEnvironment(process.env);
	const sources = Math.max(...SOURCES.map((name) => newest(join(root, name))));
	if (newest(join(source, 'dist')) < sources) {
		log('Building the package …');
		await runProgram('npm', ['run', 'build'], { cwd: root, env });
	}
	const folder = join(root, 'node_modules', '.cache', 'n8n-nodes-runflow');
	mkdirSync(folder, { recursive: true });
	// Packed aside and moved, so that nobody unpacks a file that is being written.
	const aside = mkdtempSync(join(folder, 'packing-'));
	try {
		const packed = await runProgram(
			'npm',
			['pack', '--json', '--ignore-scripts', '--pack-destination', aside],
			{ cwd: source, env },
		);
		const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
		renameSync(join(aside, filename), join(folder, filename));
		return join(folder, filename);
	} finally {
		rmSync(aside, { recursive: true, force: true });
	}
}

/** Puts the tarball where n8n looks for community nodes, in place of any earlier one of its name. */
export async function unpackInto(userFolder: string, tarball: string): Promise<void> {
	const name = basename(tarball).replace(/-\d+\.\d+\.\d+.*$/, '');
	const target = packageFolder(userFolder, name);
	rmSync(target, { recursive: true, force: true });
	mkdirSync(target, { recursive: true });
	await runProgram('tar', ['-xzf', tarball, '--strip-components=1'], { cwd: target });
}

/** When the newest file or folder at this path changed; folders count, for they tell of deletions. */
function newest(path: string): number {
	if (!existsSync(path)) return 0;
	const { mtimeMs } = statSync(path);
	if (!statSync(path).isDirectory()) return mtimeMs;
	return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
