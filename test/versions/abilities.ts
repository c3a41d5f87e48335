import { compareVersions } from '../n8n/machine/pinned.mjs';
import since from './since.json' with { type: 'json' };

/** What the package does for people, and the end-to-end tests that show it, by file and title. */
interface Ability {
	name: string;
	file: string;
	title?: RegExp;
}

/** The first that fits a test counts. */
const ABILITIES: Ability[] = [
	{ name: 'Credential test', file: 'main-job', title: /^credential test/ },
	{ name: 'Create', file: 'main-job', title: /several batches/ },
	{ name: 'Create', file: 'mapped-fields' },
	{ name: 'Create', file: 'plain-references' },
	{ name: 'Runflow Trigger', file: 'main-job' },
	{ name: 'Runflow Trigger', file: 'signatures' },
	{ name: 'Error output', file: 'rows-to-results', title: /error output/ },
	{ name: 'Wait by callback', file: 'rows-to-results', title: /callback|create now, wait later/ },
	{ name: 'Wait by polling', file: 'rows-to-results' },
	{ name: 'Time limit', file: 'parked', title: /time limit/ },
	{ name: 'Parked executions', file: 'parked' },
	{ name: 'Parked executions', file: 'resumed', title: /^a parked/ },
	{ name: 'Runflow Trigger', file: 'resumed' },
	{ name: 'Nothing paid twice', file: 'paid-once' },
	{ name: 'Nothing paid twice', file: 'buttons' },
	{ name: 'Nothing paid twice', file: 'creations' },
	{ name: 'Nothing paid twice', file: 'failed-rows-again' },
	{ name: 'Every model', file: 'every-model', title: /^runs/ },
	{ name: 'Create', file: 'every-model' },
	{ name: 'Media', file: 'media' },
	{ name: 'Binary data modes', file: 'binary-modes' },
	{ name: 'Models in the editor', file: 'models' },
	{ name: 'Deliveries, reading, secrets', file: 'deliveries' },
	{ name: 'Nothing forged gets in', file: 'hostile' },
	{ name: 'Allowed Domains', file: 'allowed-domains' },
	{ name: "n8n's SSRF protection", file: 'ssrf' },
	{ name: 'AI agents', file: 'agents' },
	{ name: 'Installed by tarball', file: 'docker' },
	{ name: 'Queue mode', file: 'queue' },
	{ name: 'Examples', file: 'examples' },
	{ name: 'Lite edition', file: 'lite-transport' },
	{ name: 'Lite edition', file: 'two-editions' },
	{ name: 'Ready for n8n 3', file: 'migration-report' },
];

/** The columns of the table. */
export const abilityNames = [...new Set(ABILITIES.map(({ name }) => name))];

/** The ability that a test shows. Throws for a file that shows none. */
export function abilityOf(file: string, title: string): string {
	const found = ABILITIES.find(
		(ability) => ability.file === file && (ability.title?.test(title) ?? true),
	);
	if (!found) throw new Error(`test/versions/abilities.ts says nothing of ${file}: ${title}`);
	return found.name;
}

/** Whether a version of n8n has nothing that the tests of an ability could try. */
export function isNotThere(name: string, n8n: string): boolean {
	const files = ABILITIES.filter((ability) => ability.name === name).map(({ file }) => file);
	const begun: Record<string, string> = since;
	return files.every((file) => file in begun && compareVersions(n8n, begun[file]) < 0);
}
