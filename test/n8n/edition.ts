import { join } from 'node:path';

/** The packages that are made of this source: their names, and their folders below the repository's. */
export const PACKAGES = {
	undici: { name: 'n8n-nodes-runflow', folder: '.' },
	lite: { name: 'n8n-nodes-runflow-lite', folder: 'lite' },
} as const;

export type EditionName = keyof typeof PACKAGES;

/** The edition that is tested: `RUNFLOW_TEST_EDITION=lite npm run test:e2e`. */
export const testedEdition: EditionName =
	process.env.RUNFLOW_TEST_EDITION === 'lite' ? 'lite' : 'undici';

/** A workflow's JSON, or anything of it, with its nodes moved to another package, as README does it. */
export function movedTo(edition: EditionName, json: string): string {
	return json.replace(/"n8n-nodes-runflow(-lite)?\./g, `"${PACKAGES[edition].name}.`);
}

/** The same for what tests are written for, which name the nodes of n8n-nodes-runflow. */
export function forTestedEdition(json: string): string {
	return testedEdition === 'undici' ? json : movedTo(testedEdition, json);
}

/** Where n8n looks for a package in its user folder. */
export function packageFolder(userFolder: string, name: string): string {
	return join(userFolder, '.n8n', 'nodes', 'node_modules', name);
}
