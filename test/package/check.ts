// Checks both packages as they would be published: what they hold, that they need nothing beside them but
// what n8n lends, that everything n8n is told to load can be loaded, and what n8n's scanner says.
import { execFileSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packPackage, PACKAGES, type EditionName } from '../n8n/index.ts';
import { failureOfLoading, oldNodes } from './old-node.ts';
import { scanPackage, scanSources } from './scan.ts';

interface Manifest {
	dependencies?: object;
	n8n: { nodes: string[]; credentials: string[] };
}

interface Icon {
	light: string;
	dark: string;
}

/** Finds whatever is wrong with an unpacked package. */
type Check = (unpacked: string, manifest: Manifest) => AsyncGenerator<string> | Generator<string>;

const root = join(import.meta.dirname, '..', '..');

/** What n8n has to be found by a package of each edition. */
const LENT = { undici: ['n8n-workflow'], lite: ['n8n-workflow', 'zod'] };
const CHECKS: Record<EditionName, Check[]> = {
	undici: [wrongFiles, wrongBill, wrongRefusal, unloadable, findingsInSources],
	lite: [wrongFiles, unloadable, findingsInSources, findings],
};

let faults = 0;
for (const edition of ['undici', 'lite'] as const) {
	const { name } = PACKAGES[edition];
	const tarball = await packPackage(root, console.log, edition);
	const folder = mkdtempSync(join(tmpdir(), 'package-check-'));
	try {
		execFileSync('tar', ['-xzf', tarball, '-C', folder]);
		const unpacked = join(folder, 'package');
		const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Manifest;
		mkdirSync(join(folder, 'node_modules'));
		for (const lent of LENT[edition]) {
			symlinkSync(join(root, 'node_modules', lent), join(folder, 'node_modules', lent), 'dir');
		}
		for (const check of CHECKS[edition]) {
			for await (const fault of check(unpacked, manifest)) {
				faults += 1;
				console.error(`${name}: ${fault}`);
			}
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
if (faults > 0) process.exitCode = 1;
else
	console.log("Package check: both as they should be, no finding of n8n's scanner in either leg.");

function* wrongFiles(unpacked: string, manifest: Manifest) {
	const top = readdirSync(unpacked).sort();
	const expected = ['CHANGELOG.md', 'LICENSE.md', 'README.md', 'dist', 'package.json'];
	if (String(top) !== String(expected)) yield `the tarball holds ${top}, not ${expected}`;
	if (Object.keys(manifest.dependencies ?? {}).length > 0) yield 'it has runtime dependencies';
}

function* wrongBill(unpacked: string) {
	const bill = JSON.parse(readFileSync(join(unpacked, 'dist', 'sbom.cdx.json'), 'utf8')) as {
		components: Array<{ name: string }>;
	};
	const bundled = bill.components.map(({ name }) => name);
	if (String(bundled) !== 'undici,zod') yield `the bill of materials names ${bundled}`;
}

function* wrongRefusal(unpacked: string, manifest: Manifest) {
	const refusal =
		/^Error: n8n-nodes-runflow needs Node 22\.19 or newer, and n8n runs on Node ([\d.]+): /m;
	for (const entry of manifest.n8n.nodes) {
		const file = join(unpacked, entry);
		for (const { node, version } of [...oldNodes(), { version: '20.20.2' }]) {
			const failure = failureOfLoading(file, node ? { node } : { pretended: version });
			if (refusal.exec(failure)?.[1] !== version) yield `${entry} on Node ${version}: ${failure}`;
		}
	}
}

function* unloadable(unpacked: string, manifest: Manifest) {
	const require = createRequire(join(unpacked, 'package.json'));
	for (const entry of [...manifest.n8n.nodes, ...manifest.n8n.credentials]) {
		const name = /([^/]+)\.(node|credentials)\.js$/.exec(entry)?.[1] ?? '';
		const loaded = require(join(unpacked, entry)) as Record<
			string,
			new () => { icon?: Icon; description?: { icon?: Icon } }
		>;
		const instance = new loaded[name]();
		const icon = instance.description?.icon ?? instance.icon;
		for (const file of [icon?.light, icon?.dark]) {
			const path = join(unpacked, entry, '..', String(file).replace('file:', ''));
			if (!existsSync(path)) yield `${entry}: the icon ${file} is missing`;
		}
		if (entry.endsWith('.node.js')) yield* wrongCodex(unpacked, entry);
	}
}

function* wrongCodex(unpacked: string, entry: string): Generator<string> {
	const file = join(unpacked, entry.replace(/\.js$/, '.json'));
	if (!existsSync(file)) {
		yield `${entry}: the codex file is missing`;
		return;
	}
	const { node } = JSON.parse(readFileSync(file, 'utf8')) as { node: string };
	const { name } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as {
		name: string;
	};
	if (node.split('.')[0] !== name) yield `${entry}: its codex file is of ${node}`;
}

async function* findingsInSources(unpacked: string) {
	const { name } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as {
		name: string;
	};
	const found = await scanSources(root, name);
	if (found) yield `n8n's scanner on the sources: ${found}`;
}

async function* findings(unpacked: string) {
	const found = await scanPackage(unpacked);
	if (found) yield `n8n's scanner on the package: ${found}`;
}
