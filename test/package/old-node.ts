import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Takes the version to pretend (none when empty) and the file to load. */
const LOAD = `
const [version, file] = process.argv.slice(1);
const versions = { ...process.versions, node: version };
if (version) Object.defineProperty(process, 'versions', { value: versions });
require(file);`;

/**
 * What Node writes when it cannot load a CommonJS file; empty when it can. Another Node than this
 * one may be named, or a version that this one says it is.
 */
export function failureOfLoading(
	file: string,
	{ node = process.execPath, pretended = '' }: { node?: string; pretended?: string },
): string {
	return spawnSync(node, ['-e', LOAD, pretended, file], { encoding: 'utf8' }).stderr;
}

/** The Nodes in this machine's PATH that the package does not run on. */
export function oldNodes(): Array<{ node?: string; version: string }> {
	return (process.env.PATH ?? '')
		.split(delimiter)
		.map((folder) => join(folder, process.platform === 'win32' ? 'node.exe' : 'node'))
		.filter((node) => existsSync(node))
		.map((node) => ({
			node,
			version: spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim(),
		}))
		.filter(({ version }) => Number(version.split('.')[0]) < 22);
}
