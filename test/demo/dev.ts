// npm run dev: what `npm start` starts, and a rebuild of the nodes into the running n8n at every change.
import { cpSync, watch } from 'node:fs';
import { join } from 'node:path';

import { runProgram } from '../n8n/run-program.ts';
import { root } from '../stage/stage.ts';
import { startByHand } from './byHand.ts';

const SOURCES = ['nodes', 'credentials'];
/** An editor writes a file in several steps. */
const SETTLES_IN_MS = 100;
const FOLDER = join('node_modules', '.cache', 'n8n-nodes-runflow', 'dev');

const stage = await startByHand(
	{ env: { N8N_DEV_RELOAD: 'true' }, onOutput: showReload },
	'A change under nodes/ or credentials/ is built and loaded at once; reload the editor to see new fields.',
);
if (stage) {
	const target = join(stage.n8n.userFolder, '.n8n/nodes/node_modules/n8n-nodes-runflow/dist');
	const rebuild = inTurn(async () => await build(target));
	for (const folder of SOURCES)
		watch(join(root, folder), { recursive: true, persistent: false }, rebuild);
}

/** Builds aside and copies, so that n8n never loads half of a build. Types are not looked at. */
async function build(target: string): Promise<void> {
	const started = performance.now();
	try {
		await runProgram(process.execPath, ['node_modules/gulp/bin/gulp.js', 'rebuild'], {
			cwd: root,
			env: { ...process.env, DIST: FOLDER },
		});
		cpSync(join(root, FOLDER), target, { recursive: true });
		console.log(`Built in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
	} catch (error) {
		const { message } = error as Error;
		const faults = message.split('\n').filter((line) => line.includes('ERROR: '));
		console.error(`Not built: ${faults.join('\n') || message}`);
	}
}

/** n8n's own word on whether it took the new files; the rest of its output is for `npm start`. */
function showReload(line: string): void {
	if (/Hot reload/.test(line) && line.includes('n8n-nodes-runflow')) console.log(`n8n: ${line}`);
}

/** Runs some work once things have settled, and once more where something happened meanwhile. */
function inTurn(work: () => Promise<void>): () => void {
	let timer: NodeJS.Timeout | undefined;
	let running = Promise.resolve();
	return () => {
		clearTimeout(timer);
		timer = setTimeout(() => (running = running.then(work)), SETTLES_IN_MS);
	};
}
