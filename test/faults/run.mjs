// Bundles the fault matrix with the node's sources and runs it: node test/faults/run.mjs
// Every package stays outside of the bundle.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const here = import.meta.dirname;
const root = fileURLToPath(new URL('../..', import.meta.url));
/** The build's choice (see gulpfile.js), as `RUNFLOW_TEST_EDITION=lite` asks for it. */
const edition =
	process.env.RUNFLOW_TEST_EDITION === 'lite' ? 'nodes/Runflow/host/adapter' : 'editions/undici';
const program = join(root, 'node_modules', '.cache', 'n8n-nodes-runflow', 'faults.cjs');

await build({
	entryPoints: [join(here, 'main.ts')],
	outfile: program,
	bundle: true,
	platform: 'node',
	target: 'node24',
	format: 'cjs',
	sourcemap: 'inline',
	packages: 'external',
	plugins: [
		{
			name: 'edition',
			setup({ onResolve }) {
				onResolve({ filter: /^\.\/adapter$/ }, () => ({ path: join(root, edition, 'index.ts') }));
			},
		},
	],
	logLevel: 'warning',
});
const child = spawn(process.execPath, ['--enable-source-maps', program, ...process.argv.slice(2)], {
	stdio: 'inherit',
	cwd: root,
});
child.on('exit', (code) => process.exit(code ?? 1));
