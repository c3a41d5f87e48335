import { abilityOf } from './abilities.ts';

type Result = 'passed' | 'failed' | 'skipped';

/** What was seen on one version of n8n; kept in `results/`. */
export interface Outcome {
	n8n: string;
	/** The Node that n8n ran on. */
	node: string;
	date: string;
	/** Why n8n could not be installed; nothing else is known then. */
	notInstalled?: string;
	demo?: boolean;
	/** By the name of the file and the title. */
	tests: Record<string, Record<string, Result>>;
}

/** What the tests say of one ability. */
export interface Tally {
	passed: number;
	failed: string[];
}

/** What jest writes with `--json`. */
export interface JestReport {
	testResults: Array<{
		name: string;
		message: string;
		assertionResults: Array<{ fullName: string; status: string }>;
	}>;
}

/** The tests of a run, by file. A file that could not be run counts as one failed test. */
export function testsOf(report: JestReport): Outcome['tests'] {
	const tests: Outcome['tests'] = {};
	for (const { name, message, assertionResults } of report.testResults) {
		const file = /([^/\\]+)\.e2e\.ts$/.exec(name)?.[1] ?? name;
		tests[file] = {};
		for (const { fullName, status } of assertionResults) {
			tests[file][fullName] = status === 'passed' || status === 'failed' ? status : 'skipped';
		}
		if (assertionResults.length === 0) {
			tests[file][`${file} did not run: ${message.slice(0, 200)}`] = 'failed';
		}
	}
	return tests;
}

/** What was seen of each ability; tests that a version has no use for count nowhere. */
export function talliesOf({ tests }: Outcome): Record<string, Tally> {
	const tallies: Record<string, Tally> = {};
	for (const [file, results] of Object.entries(tests)) {
		for (const [title, result] of Object.entries(results)) {
			const tally = (tallies[abilityOf(file, title)] ??= { passed: 0, failed: [] });
			if (result === 'passed') tally.passed++;
			if (result === 'failed') tally.failed.push(title);
		}
	}
	return tallies;
}

/** Whether something was tried, and all of it works. */
export function works(outcome: Outcome): boolean {
	const tallies = Object.values(talliesOf(outcome));
	const wasTried = outcome.demo !== undefined || tallies.some(({ passed }) => passed > 0);
	const hasFailed = outcome.demo === false || tallies.some(({ failed }) => failed.length > 0);
	return !outcome.notInstalled && wasTried && !hasFailed;
}

/** What is known after a run of some of the test files, or all of them. */
export function together(earlier: Outcome | undefined, later: Outcome): Outcome {
	if (!earlier || later.notInstalled) return later;
	const tests = { ...earlier.tests, ...later.tests };
	return { ...later, demo: later.demo ?? earlier.demo, tests };
}
