const { execFileSync } = require('node:child_process');
const {
	copyFileSync,
	cpSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} = require('node:fs');
const { dirname, join } = require('node:path');
const { build: esbuild } = require('esbuild');
const { dest, series, src } = require('gulp');

const CLIENT = 'nodes/Runflow/runflow';
/** What differs between the editions: as it stands in the sources, and what goes in its place. */
const ADAPTER = 'nodes/Runflow/host/adapter';
const EDITIONS = 'editions';
const UNDICI = 'editions/undici';
const BUNDLED = ['undici', 'zod'];
/** Where n8n-nodes-runflow goes; `npm run dev` has a folder of its own. */
const DIST = process.env.DIST ?? 'dist';
/** The package n8n-nodes-runflow-lite; only what it has to itself is in the repository. */
const LITE = 'lite';
const LITE_DIST = join(LITE, 'dist');
const SHARED_TEXTS = ['CHANGELOG.md', 'LICENSE.md'];

async function clean() {
	for (const folder of [DIST, LITE_DIST]) rmSync(folder, { recursive: true, force: true });
}

async function compile() {
	execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '--outDir', DIST], {
		stdio: 'inherit',
	});
}

/** The same without looking at types, in a moment. */
async function transpile() {
	await esbuild({
		entryPoints: ['nodes', 'credentials', EDITIONS].flatMap((folder) =>
			readdirSync(folder, { recursive: true })
				.filter((name) => name.endsWith('.ts'))
				.map((name) => join(folder, name)),
		),
		outdir: DIST,
		outbase: '.',
		platform: 'node',
		target: 'node22',
		format: 'cjs',
		logLevel: 'warning',
	});
}

/**
 * n8n-nodes-runflow-lite: the compiled sources as they are, file by file, so that n8n's scanner and
 * its reviewers read what they know from the repository.
 */
async function lite() {
	for (const folder of ['nodes', 'credentials']) {
		cpSync(join(DIST, folder), join(LITE_DIST, folder), { recursive: true });
	}
	for (const codex of readdirSync(join(LITE_DIST, 'nodes'), { recursive: true })) {
		if (!codex.endsWith('.node.json')) continue;
		const file = join(LITE_DIST, 'nodes', codex);
		const text = readFileSync(file, 'utf8');
		writeFileSync(file, text.replace('"n8n-nodes-runflow.', '"n8n-nodes-runflow-lite.'));
	}
	for (const name of SHARED_TEXTS) copyFileSync(name, join(LITE, name));
}

/**
 * n8n-nodes-runflow: turns the compiled client and its adapter into two files that hold zod and
 * undici, so that the published package needs nothing installed beside it. One of each for both
 * nodes: they share its connections. Each begins with a look at Node's version, before anything of
 * undici runs.
 */
async function bundle() {
	const client = join(DIST, CLIENT);
	const parts = [
		{ from: join(client, 'index.js'), file: join(client, 'index.js'), plugins: [] },
		{
			from: join(DIST, UNDICI, 'index.js'),
			file: join(DIST, ADAPTER, 'index.js'),
			plugins: [clientOutside],
		},
	];
	const packages = new Set();
	const texts = [];
	for (const { from, file, plugins } of parts) {
		const { metafile, outputFiles } = await esbuild({
			entryPoints: [from],
			outfile: file,
			write: false,
			plugins,
			bundle: true,
			platform: 'node',
			target: 'node22',
			format: 'cjs',
			minify: true,
			metafile: true,
			legalComments: 'none',
			logLevel: 'warning',
			banner: { js: readFileSync('bundle/refuse-old-node.js', 'utf8') },
		});
		texts.push(outputFiles[0].contents);
		for (const path of Object.keys(metafile.inputs)) {
			const name = /node_modules\/((?:@[^/]+\/)?[^/.][^/]*)/.exec(path)?.[1];
			if (name) packages.add(name);
		}
	}
	const foreign = [...packages].filter((name) => !BUNDLED.includes(name));
	if (foreign.length > 0) throw new Error(`The bundle holds unexpected packages: ${foreign}`);
	for (const folder of [CLIENT, ADAPTER, EDITIONS]) {
		rmSync(join(DIST, folder), { recursive: true });
	}
	parts.forEach(({ file }, part) => {
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, texts[part]);
	});
}

/** Leaves the client out of the adapter's file, where it is found one folder up. */
const clientOutside = {
	name: 'client outside',
	setup({ onResolve }) {
		onResolve({ filter: /\/nodes\/Runflow\/runflow$/ }, () => ({
			path: '../../runflow',
			external: true,
		}));
	},
};

/** What is bundled, with the licences that travel with it. */
function bundledPackages() {
	const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
	return BUNDLED.map((name) => {
		const folder = join('node_modules', name);
		const { version, license, description } = JSON.parse(
			readFileSync(join(folder, 'package.json'), 'utf8'),
		);
		const { integrity } = packages[folder];
		const file = ['LICENSE', 'LICENSE.md'].find((candidate) => existsSync(join(folder, candidate)));
		const licenseText = readFileSync(join(folder, file), 'utf8').trim();
		return { name, version, license, description, integrity, licenseText };
	});
}

async function licenses() {
	const texts = bundledPackages().map(
		({ name, version, licenseText }) => `${name} ${version}\n\n${licenseText}\n`,
	);
	writeFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), texts.join(`\n${'-'.repeat(72)}\n\n`));
}

/** A software bill of materials for the bundled code (CycloneDX 1.6), hashes as npm's lock file has them. */
async function billOfMaterials() {
	const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
	const components = bundledPackages().map((bundled) => {
		const [algorithm, digest] = bundled.integrity.split('-');
		return {
			type: 'library',
			name: bundled.name,
			version: bundled.version,
			description: bundled.description,
			scope: 'required',
			hashes: [
				{
					alg: algorithm.replace('sha', 'SHA-'),
					content: Buffer.from(digest, 'base64').toString('hex'),
				},
			],
			licenses: [{ license: { id: bundled.license } }],
			purl: `pkg:npm/${bundled.name}@${bundled.version}`,
			'bom-ref': `pkg:npm/${bundled.name}@${bundled.version}`,
		};
	});
	const root = `pkg:npm/${name}@${version}`;
	const bill = {
		bomFormat: 'CycloneDX',
		specVersion: '1.6',
		version: 1,
		metadata: { component: { type: 'library', name, version, purl: root, 'bom-ref': root } },
		components,
		dependencies: [{ ref: root, dependsOn: components.map((component) => component.purl) }],
	};
	writeFileSync(join(DIST, 'sbom.cdx.json'), `${JSON.stringify(bill, null, '\t')}\n`);
}

function assets() {
	// Without `encoding: false` gulp reads files as UTF-8, which damages what is not text.
	return src(['nodes/**/*.{svg,png,node.json}'], { base: '.', encoding: false }).pipe(dest(DIST));
}

exports.build = series(clean, compile, assets, lite, bundle, licenses, billOfMaterials);
exports.rebuild = series(clean, transpile, bundle, assets);
