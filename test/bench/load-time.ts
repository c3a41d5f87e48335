import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../stage/stage.ts';
import { median } from './figures.ts';

const NODES = [
	'Runflow.node.js',
	'RunflowTrigger.node.js',
	'runflow/index.js',
	'host/adapter/index.js',
];
const ROUNDS = 9;

/**
 * How long a fresh process takes to load each file of the unpacked package, in milliseconds, with
 * n8n-workflow loaded before, as it is in n8n.
 */
export function loadTimes(folder: string): Map<string, number> {
	const modules = join(folder, 'node_modules');
	mkdirSync(modules, { recursive: true });
	symlinkSync(join(root, 'node_modules', 'n8n-workflow'), join(modules, 'n8n-workflow'), 'dir');
	const times = new Map<string, number[]>(NODES.map((file) => [file, []]));
	for (let round = 0; round < ROUNDS; round++) {
		for (const file of NODES) {
			const path = join(folder, 'dist', 'nodes', 'Runflow', file);
			const program = `const {createRequire} = require('node:module');
				const load = createRequire(${JSON.stringify(path)});
				load('n8n-workflow');
				const started = performance.now();
				load(${JSON.stringify(path)});
				process.stdout.write(String(performance.now() - started));`;
			const text = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' });
			times.get(file)?.push(Number(text));
		}
	}
	return new Map([...times].map(([file, all]) => [file, median(all)]));
}

/** Bytes of all files below a folder. */
export function sizeOf(folder: string): number {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.map((name) => statSync(join(folder, name)))
		.reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
}
