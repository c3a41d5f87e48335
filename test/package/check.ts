// Checks the package as it would be published: what it holds, that it needs nothing beside it, and
// that everything n8n is told to load can be loaded.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packPackage } from '../n8n/index.ts';
import { failureOfLoading, oldNodes } from './old-node.ts';

interface Manifest {
	dependencies?: object;
	n8n: { nodes: string[]; credentials: string[] };
}

const root = join(import.meta.dirname, '..', '..');
const faults: string[] = [];
const check = (holds: boolean, fault: string) => void (holds || faults.push(fault));

const tarball = await packPackage(root, console.log);
const folder = mkdtempSync(join(tmpdir(), 'package-check-'));
try {
	execFileSync('tar', ['-xzf', tarball, '-C', folder]);
	const unpacked = join(folder, 'package');
	const manifest = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8')) as Manifest;

	const top = readdirSync(unpacked).sort();
	const expected = ['CHANGELOG.md', 'LICENSE.md', 'README.md', 'dist', 'package.json'];
	check(String(top) === String(expected), `the tarball holds ${top}, not ${expected}`);
	check(Object.keys(manifest.dependencies ?? {}).length === 0, 'it has runtime dependencies');

	const bill = JSON.parse(readFileSync(join(unpacked, 'dist', 'sbom.cdx.json'), 'utf8')) as {
		components: Array<{ name: string }>;
	};
	const bundled = bill.components.map(({ name }) => name);
	check(String(bundled) === 'undici,zod', `the bill of materials names ${bundled}`);

	// Only n8n-workflow is there to be found, as the host provides it.
	const modules = join(folder, 'node_modules');
	execFileSync('mkdir', [modules]);
	symlinkSync(join(root, 'node_modules', 'n8n-workflow'), join(modules, 'n8n-workflow'), 'dir');
	const require = createRequire(join(unpacked, 'package.json'));
	const refusal =
		/^Error: n8n-nodes-runflow needs Node 22\.19 or newer, and n8n runs on Node ([\d.]+): /m;
	for (const entry of manifest.n8n.nodes) {
		const file = join(unpacked, entry);
		for (const { node, version } of [...oldNodes(), { version: '20.20.2' }]) {
			const failure = failureOfLoading(file, node ? { node } : { pretended: version });
			check(refusal.exec(failure)?.[1] === version, `${entry} on Node ${version}: ${failure}`);
		}
	}
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
			check(existsSync(path), `${entry}: the icon ${file} is missing`);
		}
		if (entry.endsWith('.node.js')) {
			const codex = join(unpacked, entry.replace(/\.js$/, '.json'));
			check(existsSync(codex), `${entry}: the codex file is missing`);
		}
	}
} finally {
	rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults) console.error(`Package check: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
else console.log('Package check: all as it should be.');

interface Icon {
	light: string;
	dark: string;
}
