import { writeFileSync } from 'node:fs';

import { format, resolveConfig } from 'prettier';

import { API_KEY } from '../fakes/node.ts';
import { testedEdition } from '../n8n/edition.ts';
import { fieldsOf, takeBaseline, type Field } from './matrix.ts';
import { faultsOnTheWay } from './fault.ts';
import { offeredOperations } from './offeredOperations.ts';
import { baseName } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { report } from './report.ts';
import { rerunsOf } from './rerun.ts';
import { startElsewhere, startReceiver } from './stage.ts';
import { obstacles, withoutProxies } from './obstacles.ts';
import { runObstacle } from './unreachable.ts';

const FILE = testedEdition === 'lite' ? 'docs/faults-lite.md' : 'docs/faults.md';
const AT_ONCE = 6;

/** Runs the matrix, writes it down and says whether all of it is right. */
async function main(): Promise<boolean> {
	withoutProxies();
	const filter = process.argv[2];
	const verbose = process.argv.includes('--errors');
	const receiver = (await startReceiver()).url;
	const elsewhere = await startElsewhere();
	const ways = await obstacles();
	const strange = missingOperations();
	const names = Object.keys(OPERATIONS).filter(
		(name) => !filter || filter.startsWith('-') || name.includes(filter),
	);
	const baselines = new Map(
		await Promise.all(
			names.map(async (name) => [name, await takeBaseline(name, receiver)] as const),
		),
	);
	for (const [name, { problems }] of baselines) {
		strange.push(...problems.map((problem) => `${name}: ${problem}`));
	}
	const work = names.flatMap((name) => [
		...fieldsOf(name, baselines.get(name)!, { receiver, elsewhere: elsewhere.url }),
		...ways
			.filter(({ env }) => !env)
			.flatMap((way) =>
				rerunsOf(OPERATIONS[name]).map(
					(reruns) => async () =>
						await runObstacle(name, way, baselines.get(name)!, receiver, reruns),
				),
			),
	]);
	const fields = await sideBySide(work);
	for (const name of names) {
		for (const way of ways.filter(({ env }) => env)) {
			for (const reruns of rerunsOf(OPERATIONS[name])) {
				fields.push(await runObstacle(name, way, baselines.get(name)!, receiver, reruns));
			}
		}
	}
	if (elsewhere.seen.some((request) => request.includes(API_KEY))) {
		strange.push('the API key went to another origin');
	}
	if (elsewhere.seen.some((request) => !/^GET \/there\?back=/.test(request))) {
		strange.push('a redirect of an API request was followed');
	}
	const markdown = await format(report(fields, faultsOnTheWay(''), ways), {
		...(await resolveConfig(FILE)),
		parser: 'markdown',
	});
	if (names.length === Object.keys(OPERATIONS).length) writeFileSync(FILE, markdown);
	console.log(markdown);
	if (verbose) printErrors(fields);
	for (const problem of strange) console.log(`WRONG: ${problem}`);
	return strange.length === 0 && fields.every(({ problems }) => problems.length === 0);
}

function missingOperations(): string[] {
	const offered = offeredOperations();
	return [
		...offered
			.filter((name) => !Object.hasOwn(OPERATIONS, name))
			.map((name) => `the node's operation '${name}' is not in test/faults/operations.ts`),
		...Object.keys(OPERATIONS)
			.filter((name) => !offered.includes(baseName(name)))
			.map((name) => `the node has no operation '${name}'`),
	];
}

async function sideBySide(work: Array<() => Promise<Field>>): Promise<Field[]> {
	const fields: Field[] = [];
	let next = 0;
	const worker = async () => {
		while (next < work.length) {
			const index = next++;
			fields[index] = await work[index]();
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	return fields;
}

function printErrors(fields: Field[]): void {
	const said = new Map<string, string>();
	for (const { said: words, operation, call, fault } of fields) {
		const plain = words?.replace(/req_\w+/g, 'req_…').replace(/127\.0\.0\.1:\d+/g, 'host');
		if (plain && !said.has(plain)) said.set(plain, `${operation}, ${call}, ${fault}`);
	}
	for (const [words, where] of said) console.log(`${where}\n    ${words}`);
}

main().then(
	(right) => process.exit(right ? 0 : 1),
	(error: unknown) => {
		console.error(error);
		process.exit(1);
	},
);
