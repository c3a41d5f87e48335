// Says what n8n's installation would lack on this machine, before anything is downloaded:
//   node test/n8n/machine/preflight.mjs
// What is imported here keeps to syntax of 2019, so that an old Node can say that it is too old.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { refusalOf } from '../../node24.mjs';
import { freeBytes, hasPrebuilt, machine, toolchain } from './machine.mjs';
import { pinnedN8n } from './pinned.mjs';

/** What n8n and npm's copies of its packages take, with room for building sqlite3. */
const NEEDED_BYTES = 4e9;

/** Packages by system. Python 3.12 left distutils out, which sqlite3's node-gyp imports. */
const PACKAGES = {
	debian: {
		install: (sudo) => `${sudo}apt-get update && ${sudo}apt-get install -y`,
		python: 'python3 python3-setuptools',
		distutils: 'python3-setuptools',
		make: 'make',
		compiler: 'g++',
	},
	fedora: {
		install: (sudo) => `${sudo}dnf install -y`,
		python: 'python3 python3-setuptools',
		distutils: 'python3-setuptools',
		make: 'make',
		compiler: 'gcc-c++',
	},
};

const NAMES = {
	python: 'Python 3',
	distutils: 'setuptools for Python (3.12 and newer have no distutils of their own)',
	make: 'make',
	compiler: 'a C++ compiler',
};

/**
 * The one message that names everything a machine lacks, each with the command that brings it;
 * nothing when it lacks nothing. Tools count only where no prebuilt sqlite3 can be had, and disk
 * space only where `neededBytes` are to be written.
 */
export function missing(found) {
	const lines = [];
	const refusal = refusalOf(found.node);
	if (refusal) lines.push(refusal);
	if (!found.prebuilt) lines.push(...missingTools(found));
	if (found.freeBytes < found.neededBytes) {
		lines.push(
			`Disk space: ${gigabytes(found.freeBytes)} are free for ${found.folder}, and ` +
				`${gigabytes(found.neededBytes)} are needed. Make room, or name a folder on another disk: ` +
				'export XDG_CACHE_HOME=/path/to/folder',
		);
	}
	if (lines.length === 0) return undefined;
	return ['n8n cannot be installed here yet.', ...lines.map((line) => `- ${line}`)].join('\n');
}

function missingTools(found) {
	const keys = Object.keys(NAMES).filter((key) => found.tools[key] === false);
	if (keys.length === 0) return [];
	const names = keys.map((key) => NAMES[key]).join(', ');
	return [`To compile n8n's database module: ${names}. Install with: ${command(found, keys)}`];
}

function command(found, keys) {
	if (found.system === 'macos') {
		const commands = [];
		if (keys.some((key) => key !== 'distutils')) commands.push('xcode-select --install');
		if (keys.includes('distutils')) commands.push('brew install python-setuptools');
		return commands.join(' && ');
	}
	const packages = PACKAGES[found.system];
	if (!packages) return "your system's package manager";
	const sudo = found.root ? '' : 'sudo ';
	return [packages.install(sudo), ...keys.map((key) => packages[key])].join(' ');
}

function gigabytes(bytes) {
	return `${(bytes / 1e9).toFixed(1)} GB`;
}

/**
 * Looks at this machine, and tells what `missing` does. `packages` says whether all of n8n is to be
 * installed; otherwise its database module alone is built anew.
 */
export function preflight(packages) {
	const pinned = pinnedN8n();
	const tools = toolchain();
	const lacking = Object.keys(tools).some((key) => tools[key] === false);
	return missing(
		Object.assign(machine(), {
			tools,
			prebuilt: lacking && hasPrebuilt(pinned.sqlite3),
			folder: pinned.home,
			freeBytes: freeBytes(pinned.home),
			neededBytes: packages ? NEEDED_BYTES : 0,
		}),
	);
}

function main() {
	// An installation that is there needs none of this; its own check finds out whether it works.
	const installed = existsSync(join(pinnedN8n().home, 'complete'));
	const message = installed ? refusalOf(process.versions.node) : preflight(true);
	if (!message) return;
	console.error(message);
	process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
