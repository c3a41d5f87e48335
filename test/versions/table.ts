import { compareVersions } from '../n8n/machine/pinned.mjs';
import { abilityNames, isNotThere } from './abilities.ts';
import { talliesOf, type Outcome, type Tally } from './outcome.ts';

const BEGIN = '<!-- written by npm run test:versions -->';
const END = '<!-- end -->';

/**
 * Puts the table of all outcomes between the marks in a document, and leaves the rest of it alone.
 *
 * @throws when a mark is missing
 */
export function withTable(document: string, outcomes: Outcome[]): string {
	const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
	if (begin < 0 || end < begin) throw new Error('the document has no marks for the table');
	return `${document.slice(0, begin + BEGIN.length)}\n\n${tableOf(outcomes)}\n${document.slice(end)}`;
}

/** One row for each version, oldest first, and below it every test that failed, by its title. */
function tableOf(outcomes: Outcome[]): string {
	const sorted = outcomes.toSorted((a, b) => compareVersions(a.n8n, b.n8n));
	const head = ['n8n', 'Node', 'Date', 'Demo', ...abilityNames];
	const rows = sorted.map((outcome) => {
		const tallies = talliesOf(outcome);
		return [
			outcome.n8n,
			outcome.node,
			outcome.date,
			outcome.notInstalled ? 'not installed' : demo(outcome),
			...abilityNames.map((name) =>
				isNotThere(name, outcome.n8n) ? 'not there' : cell(tallies[name]),
			),
		];
	});
	const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
	return [...lines, '', ...sorted.flatMap(failuresOf)].join('\n');
}

function demo({ demo: worked }: Outcome): string {
	if (worked === undefined) return '–';
	return worked ? 'works' : '**fails**';
}

function cell(tally: Tally | undefined): string {
	const run = tally ? tally.passed + tally.failed.length : 0;
	if (!tally || run === 0) return '–';
	return tally.failed.length === 0 ? `all ${run}` : `**${tally.passed} of ${run}**`;
}

function failuresOf(outcome: Outcome): string[] {
	const { n8n, notInstalled } = outcome;
	const failed = Object.values(talliesOf(outcome)).flatMap((tally) => tally.failed);
	if (notInstalled) return [`- ${n8n} could not be installed: ${notInstalled}`, ''];
	if (failed.length === 0) return [];
	return [`Failed on ${n8n}:`, '', ...failed.map((title) => `- ${title}`), ''];
}
