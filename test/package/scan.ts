import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

// n8n's own scanner, as n8n runs it on a package that is submitted: the sources at the commit that a
// package was built from, and the package as it is on npm. Switches inside of files count for nothing.
import {
	analyzePackage,
	findPackageRoot,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';

/** What n8n's scanner looks at in a package from npm. */
const PACKAGE_PATTERNS = ['**/*.js', 'package.json'];
/** What of the repository the scanner sees: the rest lies outside of the packages' folders. */
const SOURCES = ['package.json', 'nodes', 'credentials', 'lite'];

/** What the scanner has against the sources of a package, in its words; nothing where they pass. */
export async function scanSources(root: string, packageName: string): Promise<string> {
	const checkout = mkdtempSync(join(tmpdir(), 'scan-sources-'));
	try {
		for (const name of SOURCES) {
			cpSync(join(root, name), join(checkout, name), {
				recursive: true,
				verbatimSymlinks: true,
				filter: (path) => !/[\\/]lite[\\/]dist(?:[\\/]|$)/.test(path),
			});
		}
		const folder = findPackageRoot(checkout, packageName);
		if (!folder) return `no package.json is of ${packageName}`;
		return await findingsIn(folder, SOURCE_FILE_PATTERNS, 'nodes/forbidden.ts');
	} finally {
		rmSync(checkout, { recursive: true, force: true });
	}
}

/** What the scanner has against a package as it is published, unpacked into a folder. */
export async function scanPackage(folder: string): Promise<string> {
	return await findingsIn(folder, PACKAGE_PATTERNS, 'dist/forbidden.js');
}

/** @param forbidden a file that is put there afterwards, since a scanner that sees nothing finds nothing */
async function findingsIn(folder: string, patterns: string[], forbidden: string): Promise<string> {
	const found = await said(folder, patterns);
	const file = join(folder, forbidden);
	writeFileSync(file, "require('node:fs');\n");
	const looked = (await said(folder, patterns)).includes(basename(forbidden));
	rmSync(file);
	return looked ? found : `the scanner does not see ${forbidden}`;
}

async function said(folder: string, patterns: string[]): Promise<string> {
	const { passed, message, details } = await analyzePackage(folder, patterns);
	return passed ? (message ?? '') : (details ?? message ?? 'it fails');
}
