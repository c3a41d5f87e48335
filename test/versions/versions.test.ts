import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { hostVersions } from '../n8n/machine/pinned.mjs';
import { abilityOf } from './abilities.ts';
import { tryEach } from './each.ts';
import { readOnly } from './only.ts';
import { testsOf, together, works, type JestReport, type Outcome } from './outcome.ts';
import { withTable } from './table.ts';

const document = 'Before.\n<!-- written by npm run test:versions -->\nold\n<!-- end -->\nAfter.\n';

function reportOf(name: string, results: Record<string, string>, message = ''): JestReport {
	const assertionResults = Object.entries(results).map(([fullName, status]) => ({
		fullName,
		status,
	}));
	return {
		testResults: [{ name: `/somewhere/test/e2e/${name}.e2e.ts`, message, assertionResults }],
	};
}

const outcomeOf = (n8n: string, tests: Outcome['tests'] = {}): Outcome => ({
	n8n,
	node: '24.0.0',
	date: '2026-11-24',
	demo: true,
	tests,
});

it('knows which ability every end-to-end test file shows', () => {
	const files = readdirSync(join(__dirname, '..', 'e2e')).filter((name) =>
		name.endsWith('.e2e.ts'),
	);
	for (const file of files) abilityOf(file.replace('.e2e.ts', ''), 'any title');
	expect(() => abilityOf('unheard-of', 'any title')).toThrow('abilities.ts says nothing of');
});

it('keeps each test by file and title, and a file that did not run as a failure', () => {
	const results = { works: 'passed', breaks: 'failed', 'is not there': 'pending' };
	expect(testsOf(reportOf('media', results))).toEqual({
		media: { works: 'passed', breaks: 'failed', 'is not there': 'skipped' },
	});
	expect(testsOf(reportOf('media', {}, 'no n8n'))).toEqual({
		media: { 'media did not run: no n8n': 'failed' },
	});
});

it('works where nothing failed', () => {
	const media = { works: 'passed', 'is not there': 'skipped' } as const;
	expect(works(outcomeOf('2.0.0', { media }))).toBe(true);
	expect(works(outcomeOf('2.0.0', { media: { ...media, breaks: 'failed' } }))).toBe(false);
	expect(works({ ...outcomeOf('2.0.0', { media }), demo: false })).toBe(false);
	expect(works({ ...outcomeOf('2.0.0'), notInstalled: 'gone' })).toBe(false);
});

it('does not work where nothing was tried', () => {
	const untried = { ...outcomeOf('2.0.0'), demo: undefined };
	expect(works(untried)).toBe(false);
	expect(works({ ...untried, tests: { ssrf: { 'is not there': 'skipped' } } })).toBe(false);
});

it('tries out every version, whatever goes wrong on one, and counts those that fail', async () => {
	const keptOf: string[] = [];
	const lines: string[] = [];
	const failed = await tryEach(
		['1.0.0', '2.0.0', '3.0.0'],
		async (version) => {
			if (version === '1.0.0') throw new Error('jest wrote no report');
			return { ...outcomeOf(version), demo: version === '3.0.0' };
		},
		async ({ n8n }) => void keptOf.push(n8n),
		(line) => lines.push(line),
	);
	expect([failed, keptOf]).toEqual([2, ['2.0.0', '3.0.0']]);
	expect(lines).toEqual(['n8n 1.0.0: jest wrote no report']);
});

it('refuses to try only what there is not', () => {
	const files = ['main-job', 'parked'];
	expect(readOnly(['2.0.0', '--only=main,demo', '--only=queue'], files)).toEqual([
		'main',
		'demo',
		'queue',
	]);
	expect(readOnly(['2.0.0'], files)).toEqual([]);
	for (const typo of ['parkd', '', 'job']) {
		expect(() => readOnly([`--only=${typo}`], files)).toThrow(`--only=${typo} names no test`);
	}
});

it('replaces what ran again and lets the rest stand', () => {
	const earlier = outcomeOf('2.0.0', { media: { a: 'failed' }, ssrf: { b: 'passed' } });
	const later = { ...outcomeOf('2.0.0', { media: { a: 'passed' } }), demo: undefined };
	expect(together(earlier, later)).toMatchObject({
		demo: true,
		tests: { media: { a: 'passed' }, ssrf: { b: 'passed' } },
	});
	expect(together(undefined, later)).toBe(later);
});

it('writes a row for each version, oldest first, and names what failed', () => {
	const text = withTable(document, [
		outcomeOf('2.10.0', { media: { 'of media': 'failed', other: 'passed' } }),
		outcomeOf('2.9.0', {}),
		{ ...outcomeOf('1.2.3'), notInstalled: 'a package is gone' },
	]);
	expect(text).toMatch(/^Before\.\n.*\nAfter\.\n$/s);
	expect(text).not.toContain('old');
	const rows = text.split('\n').filter((line) => /^\| \d/.test(line));
	expect(rows.map((row) => row.split(' | ')[0])).toEqual(['| 1.2.3', '| 2.9.0', '| 2.10.0']);
	expect(rows[0]).toContain('not installed');
	expect(rows[1].match(/not there/g)).toHaveLength(2);
	expect(rows[2]).toContain('**1 of 2**');
	expect(text).toMatch(/Failed on 2\.10\.0:\n\n- of media\n/);
	expect(() => withTable('no marks', [])).toThrow('no marks');
});

it('has every version side by side in the hosted workflow', () => {
	const hosted = readFileSync(join(__dirname, '../../.github/workflows/ci.yml'), 'utf8');
	const [, list] = /n8n: \[([^\]]*)\]/.exec(hosted)!;
	expect(list.split(',').map((version) => version.trim().replaceAll("'", ''))).toEqual(
		hostVersions(),
	);
});
