// Runs a program on Node 24, which n8n needs, whatever Node the machine has:
//   node test/node24.mjs program.ts [arguments]
// An older Node gets one from the npm registry, kept outside the checkout and so fetched once.
// What is imported here keeps to syntax of 2019, so that an old Node comes as far as its refusal.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { npmEnvironment } from './n8n/machine/npm-environment.mjs';

/** Another Node to be tried out, such as 22.19.0; without it any Node 24 or newer does. */
const TRIED_OUT = process.env.RUNFLOW_TEST_NODE;
const VERSION = TRIED_OUT || '24.21.0';
const OLDEST_LAUNCHER = 20;
/** Scripts of npm that run until somebody ends them. */
const ENDS_WITH_NPM = ['start', 'dev'];
const LOOK_MS = 500;
const WINDOWS = process.platform === 'win32';
const NAME = `node-${WINDOWS ? 'win' : process.platform}-${process.arch}`;

/** The folder that outlives a checkout: fetched Node and n8n installations. */
export const cacheFolder = join(
	process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
	'n8n-nodes-runflow',
);

/** Why a Node of this version cannot start anything here; nothing when it can. */
export function refusalOf(version) {
	if (majorOf(version) >= OLDEST_LAUNCHER) return undefined;
	return (
		`This needs Node ${OLDEST_LAUNCHER} or newer, and Node ${version} runs: ` +
		'install Node 24 with "nvm install 24" or from https://nodejs.org, and start again.'
	);
}

/**
 * Path of a Node 24 executable from npm, with its C++ headers beside it, fetched when missing. It is
 * fetched aside and moved once it runs, so that a broken-off download never stands in its place.
 */
export function fetchedNode() {
	const home = join(cacheFolder, `node-${VERSION}`);
	const binary = executableIn(home);
	if (fs.existsSync(binary)) return binary;
	console.error(`Fetching Node ${VERSION} from the npm registry (once, about 10 seconds) …`);
	fs.mkdirSync(cacheFolder, { recursive: true });
	const aside = fs.mkdtempSync(join(cacheFolder, 'fetching-node-'));
	try {
		install(aside);
		const runs = execFileSync(executableIn(aside), ['--version'], { encoding: 'utf8' }).trim();
		if (runs !== `v${VERSION}`) throw new Error(`npm brought Node ${runs}, not ${VERSION}`);
		if (!fs.existsSync(binary)) {
			fs.rmSync(home, { recursive: true, force: true });
			fs.renameSync(aside, home);
		}
	} finally {
		fs.rmSync(aside, { recursive: true, force: true });
	}
	return binary;
}

function executableIn(home) {
	return join(home, 'node_modules', NAME, 'bin', WINDOWS ? 'node.exe' : 'node');
}

function install(folder) {
	execFileSync(
		WINDOWS ? 'npm.cmd' : 'npm',
		[
			'install',
			'--prefix',
			folder,
			'--no-save',
			'--ignore-scripts',
			'--no-audit',
			'--no-fund',
			'--loglevel=error',
			`${NAME}@${VERSION}`,
		],
		{
			stdio: ['ignore', 'ignore', 'inherit'],
			cwd: folder,
			env: npmEnvironment(process.env),
			shell: WINDOWS,
		},
	);
}

function majorOf(version) {
	return Number(version.split('.')[0]);
}

/**
 * Ends the program once the shell is gone that npm started it in. Whoever ends npm ends that shell,
 * which passes no signal on.
 */
function endWithStarter(child) {
	const starter = process.ppid;
	const look = () => {
		if (process.ppid !== starter) child.kill('SIGTERM');
	};
	setInterval(look, LOOK_MS).unref();
}

function run() {
	const refusal = refusalOf(process.versions.node);
	if (refusal) {
		console.error(refusal);
		process.exit(1);
	}
	const usable = !TRIED_OUT && majorOf(process.versions.node) >= 24;
	const node = usable ? process.execPath : fetchedNode();
	const child = spawn(node, process.argv.slice(2), {
		stdio: 'inherit',
		env: Object.assign({}, process.env, {
			PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
		}),
	});
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
		process.on(signal, () => child.kill(signal));
	if (ENDS_WITH_NPM.includes(process.env.npm_lifecycle_event)) endWithStarter(child);
	child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run();
