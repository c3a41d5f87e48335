const { execFileSync } = require('node:child_process');
const { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { build: esbuild } = require('esbuild');
const { dest, series, src } = require('gulp');

const CLIENT = 'nodes/Runflow/runflow';
const BUNDLED = ['undici', 'zod'];

async function clean() {
	rmSync('dist', { recursive: true, force: true });
}

async function compile() {
	execFileSync(process.execPath, [require.resolve('typescript/bin/tsc')], { stdio: 'inherit' });
}

/**
 * Turns the compiled client into one file that holds undici and zod, so that the published package
 * needs nothing installed beside it. One file for both nodes: they share its connections.
 */
async function bundle() {
	const compiled = join('dist', CLIENT);
	const { metafile } = await esbuild({
		entryPoints: [join(compiled, 'index.js')],
		outfile: join('dist', 'client.js'),
		bundle: true,
		platform: 'node',
		target: 'node22',
		format: 'cjs',
		minify: true,
		keepNames: true,
		metafile: true,
		legalComments: 'none',
		logLevel: 'warning',
	});
	const packages = Object.keys(metafile.inputs)
		.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
		.filter(Boolean);
	const foreign = [...new Set(packages)].filter((name) => !BUNDLED.includes(name));
	if (foreign.length > 0) throw new Error(`The bundle holds unexpected packages: ${foreign}`);
	rmSync(compiled, { recursive: true });
	mkdirSync(compiled, { recursive: true });
	cpSync('dist/client.js', join(compiled, 'index.js'));
	rmSync('dist/client.js');
}

/** The licences of what is bundled travel with it. */
async function licenses() {
	const texts = BUNDLED.map((name) => {
		const folder = join('node_modules', name);
		const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
		const file = ['LICENSE', 'LICENSE.md'].find((candidate) => existsSync(join(folder, candidate)));
		return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
	});
	writeFileSync('dist/THIRD-PARTY-LICENSES.txt', texts.join(`\n${'-'.repeat(72)}\n\n`));
}

function assets() {
	// Without `encoding: false` gulp reads files as UTF-8, which damages what is not text.
	return src(['nodes/**/*.{svg,png,node.json}'], { base: '.', encoding: false }).pipe(dest('dist'));
}

exports.build = series(clean, compile, bundle, licenses, assets);
