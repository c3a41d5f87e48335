// Runs a program on Node 24, which n8n needs, whatever Node the machine has:
//   node test/node24.mjs program.ts [arguments]
// An older Node gets one from the npm registry, kept outside the checkout and so fetched once.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '24.21.0';

/** The folder that outlives a checkout: fetched Node and n8n installations. */
export const cacheFolder = join(
	process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
	'n8n-nodes-runflow',
);

/** Path of a Node 24 executable from npm, with its C++ headers beside it, fetched when missing. */
export function fetchedNode() {
	const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
	const home = join(cacheFolder, `node-${VERSION}`);
	const binary = join(
		home,
		'node_modules',
		name,
		'bin',
		process.platform === 'win32' ? 'node.exe' : 'node',
	);
	if (!existsSync(binary)) {
		console.error(`Fetching Node ${VERSION} from the npm registry (once, about 10 seconds) …`);
		mkdirSync(home, { recursive: true });
		execFileSync(
			process.platform === 'win32' ? 'npm.cmd' : 'npm',
			[
				'install',
				'--prefix',
				home,
				'--no-save',
				'--ignore-scripts',
				'--no-audit',
				'--no-fund',
				'--loglevel=error',
				`${name}@${VERSION}`,
			],
			{ stdio: ['ignore', 'ignore', 'inherit'], cwd: home, shell: process.platform === 'win32' },
		);
	}
	return binary;
}

function run() {
	const major = Number(process.versions.node.split('.')[0]);
	const node = major >= 24 ? process.execPath : fetchedNode();
	const child = spawn(node, process.argv.slice(2), {
		stdio: 'inherit',
		env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
	});
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
		process.on(signal, () => child.kill(signal));
	child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run();
