// What this machine has. Reads only; nothing here is changed or downloaded.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { dirname } from 'node:path';

const SQLITE3_RELEASES = 'https://github.com/TryGhost/node-sqlite3/releases/download';

/** The Node that runs, the kind of system, and whether its user may install packages. */
export function machine() {
	return {
		node: process.versions.node,
		system: systemOf(process.platform, readIfThere('/etc/os-release')),
		root: Boolean(process.getuid) && process.getuid() === 0,
	};
}

/** `debian`, `fedora`, `macos` or `other`, from the platform and the text of /etc/os-release. */
export function systemOf(platform, osRelease) {
	if (platform === 'darwin') return 'macos';
	const names = [];
	for (const line of osRelease.split('\n')) {
		const found = /^ID(?:_LIKE)?="?([^"]*)"?$/.exec(line.trim());
		if (found) names.push(...found[1].split(' '));
	}
	if (names.includes('debian') || names.includes('ubuntu')) return 'debian';
	if (names.includes('fedora') || names.includes('rhel')) return 'fedora';
	return 'other';
}

/**
 * Which of the tools that node-gyp 8 uses are there, as node-gyp finds them. On Windows it looks for
 * Visual Studio in places of its own, so nothing is said about it. macOS has commands of these names
 * that only ask for the developer tools.
 */
export function toolchain(env = process.env, platform = process.platform) {
	const works = (program, args) =>
		spawnSync(program, args, { env, stdio: 'ignore', timeout: 20000 }).status === 0;
	if (platform === 'win32') return {};
	if (platform === 'darwin' && !works('xcode-select', ['-p']))
		return { python: false, make: false, compiler: false };
	const compiler = env.CXX || (platform === 'darwin' ? 'c++' : 'g++');
	const pythons = [env.PYTHON, 'python3', 'python'].filter(Boolean);
	const python = pythons.find((name) =>
		works(name, ['-c', 'import sys; assert sys.version_info >= (3, 6)']),
	);
	return {
		python: python !== undefined,
		distutils: python === undefined || works(python, ['-c', 'import distutils.version']),
		make: works(env.MAKE || 'make', ['--version']),
		compiler: works(compiler.split(' ')[0], ['--version']),
	};
}

/**
 * Whether the place that sqlite3 fetches its ready-made module from can be reached and has it. Its
 * package on npm holds sources only. Source: sqlite3's `install` script and prebuild-install.
 */
export function hasPrebuilt(version, releases = SQLITE3_RELEASES) {
	const file = `sqlite3-v${version}-napi-v6-${process.platform}-${process.arch}.tar.gz`;
	const url = `${releases}/v${version}/${file}`;
	const ask =
		`fetch(${JSON.stringify(url)}, { method: 'HEAD' })` +
		'.then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))';
	const env = Object.assign({}, process.env, { NODE_USE_ENV_PROXY: '1' });
	return spawnSync(process.execPath, ['-e', ask], { env, timeout: 10000 }).status === 0;
}

/** Free space where a folder is or will be; without limit where this Node cannot tell. */
export function freeBytes(folder) {
	if (!fs.statfsSync) return Infinity;
	let there = folder;
	while (!fs.existsSync(there)) there = dirname(there);
	const { bavail, bsize } = fs.statfsSync(there);
	return bavail * bsize;
}

function readIfThere(path) {
	try {
		return fs.readFileSync(path, 'utf8');
	} catch (error) {
		return '';
	}
}
