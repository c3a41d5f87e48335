import { abilityOf } from './abilities.ts';

/** What was seen on one version of n8n; kept in `results/`. */
export interface Outcome {
	n8n: string;
	/** The Node that n8n ran on. */
	node: string;
	date: string;
	/** Why n8n could not be installed; nothing else is known then. */
	notInstalled?: string;
	demo?: boolean;
	abilities: Record<string, Tally>;
}

export interface Tally {
	passed: number;
	failed: string[];
	/** Titles of tests that this version has no use for. */
	skipped: string[];
}

/** What jest writes with `--json`. */
export interface JestReport {
	testResults: Array<{
		name: string;
		message: string;
		assertionResults: Array<{
			fullName: string;
			status: 'passed' | 'failed' | 'pending' | 'skipped' | 'todo' | 'disabled';
		}>;
	}>;
}

/** Sorts the tests of a run by ability. A file that could not be run counts as one failed test. */
export function talliesOf(report: JestReport): Record<string, Tally> {
	const tallies: Record<string, Tally> = {};
	for (const { name, message, assertionResults } of report.testResults) {
		const file = /([^/\\]+)\.e2e\.ts$/.exec(name)?.[1] ?? name;
		const results = assertionResults.length
			? assertionResults
			: [{ fullName: `${file} did not run: ${message.slice(0, 200)}`, status: 'failed' as const }];
		for (const { fullName, status } of results) {
			const tally = (tallies[abilityOf(file, fullName)] ??= { passed: 0, failed: [], skipped: [] });
			if (status === 'passed') tally.passed++;
			else if (status === 'failed') tally.failed.push(fullName);
			else tally.skipped.push(fullName);
		}
	}
	return tallies;
}
