import type { Field } from './matrix.ts';
import type { Fault } from './fault.ts';
import { OPERATIONS } from './operations.ts';
import { EXCEPTIONS, POLICY, REASONS } from './policy.ts';
import type { Obstacle } from './obstacles.ts';

/** The whole report in Markdown, the same for the same outcomes. */
export function report(fields: Field[], faults: Fault[], obstacles: Obstacle[]): string {
	const wrong = fields.filter(({ problems }) => problems.length > 0);
	const good = fields.filter(({ problems, actual }) => problems.length === 0 && isResult(actual));
	const clear = fields.length - wrong.length - good.length;
	return `# What happens when things go wrong

Written by \`npm run test:faults\`, which runs every operation of the Runflow node against an emulated
Runflow while one kind of request meets one kind of fault.

| cells | right result | one clear error | wrong |
|---|---|---|---|
| ${fields.length} | ${good.length} | ${clear} | ${wrong.length} |

In every cell, whatever its outcome: a creation leaves at most one batch and one charge; a
redelivery at most one more delivery; a new signing secret at most one; no kind of request is sent
more than five times (by polling: five times per question); no key, signing secret or signed link
is in an error, and the key goes to no other server. An error is one NodeApiError or
NodeOperationError with a description and its item.

After an error the node is run again, by every button of n8n: it comes to the undisturbed result and, for
creations, to that one batch and charge. (Not so for the two operations that are sent once only.) Creations have
a cell for each button, with expressions that stay the same (\`constant\`) and with such as give another input at
each evaluation (\`changing\`, like a random seed).

${againTable(fields)}

A killed n8n leaves nothing of the node behind. The retried execution then creates under the key of the first try,
and Runflow answers with the batch that exists; or, where an expression has changed the input since, with a conflict:
the node fails and says so, and nothing is charged again.

- \`ok\`: the undisturbed result; the fault took nothing that is needed.
- \`retried\`: the undisturbed result, after asking again.
- \`error\`: one clear error, after one request.
- \`gave up\`: one clear error, after five tries (or the other ways named under Exceptions).
- \`a · b\`: a when the fault hits the first such request only, b when it hits all of them.
- \`–\`: cannot happen here.

## The policy

What is sent again after what. A read is a GET; a keyed create has an Idempotency-Key; a repeatable write does
the same however often it arrives; a once-only POST does more each time. What the node can do without, such
as the look at a model before rows are created from JSON, is asked for once, and nothing depends on it.

| failure | read | keyed create | repeatable write | once-only POST | PUT of a file | GET of a file | because |
|---|---|---|---|---|---|---|---|
${Object.entries(POLICY)
	.map(([name, { read, keyed, write, once, put, file }]) =>
		row([name, read, keyed, write, once, put, file, REASONS[name as keyof typeof REASONS]]),
	)
	.join('\n')}

### Exceptions

| request | fault | once | always | because |
|---|---|---|---|---|
${EXCEPTIONS.map(({ operation, call, faults: names, once, always, why }) =>
	row([`${operation}, ${call}`, names.join(', '), once, always, why]),
).join('\n')}

## Faults of a request that arrives

${table('refusals', pick(faults, ['refusal']), fields)}
${table('throttling and failures of the server', pick(faults, ['throttling', 'server failure']), fields)}
${table('lost and broken answers', pick(faults, ['lost answer', 'broken body']), fields)}
${table('answers that cannot be used', pick(faults, ['unusable answer', 'oversized answer']), fields)}
## Runflow cannot be reached

${unreachable(obstacles, fields)}${problemList(wrong)}`;
}

/** What became of running creations again. */
function againTable(fields: Field[]): string {
	const reruns = fields
		.filter(({ operation }) => OPERATIONS[operation].leaves?.batches)
		.flatMap(({ reruns: [rerun], afterwards }) => afterwards.map((word) => ({ ...rerun, word })));
	const kinds = [...new Set(reruns.map(({ again, expressions }) => `${again} | ${expressions}`))];
	const rows = kinds.map((kind) => {
		const words = reruns
			.filter(({ again, expressions }) => `${again} | ${expressions}` === kind)
			.map(({ word }) => word);
		const count = (wanted: string) => String(words.filter((word) => word === wanted).length);
		return row([kind, String(words.length), ...['result', 'conflict', 'wrong'].map(count)]);
	});
	return [
		row([
			'button',
			'expressions',
			'cells',
			'result, charged once',
			'conflict, charged once',
			'wrong',
		]),
		line(6),
		...rows,
	].join('\n');
}

function pick(faults: Fault[], classes: string[]): Fault[] {
	return faults.filter((fault) => classes.includes(fault.class));
}

function table(title: string, faults: Fault[], fields: Field[]): string {
	const head = row(['operation', 'request', ...faults.map(({ name }) => name)]);
	const rows = Object.entries(OPERATIONS).flatMap(([operation, { calls }]) =>
		calls.map(({ name: call }) =>
			row([
				operation,
				call,
				...faults.map(({ name: fault }) =>
					cell(
						fields.filter(
							(field) =>
								field.operation === operation && field.call === call && field.fault === fault,
						),
					),
				),
			]),
		),
	);
	return `### ${title[0].toUpperCase()}${title.slice(1)}\n\n${[head, line(faults.length + 2), ...rows].join('\n')}\n`;
}

function unreachable(obstacles: Obstacle[], fields: Field[]): string {
	const head = row(['operation', ...obstacles.map(({ name }) => name)]);
	const rows = Object.keys(OPERATIONS).map((operation) =>
		row([
			operation,
			...obstacles.map(({ name }) =>
				cell(
					fields.filter(
						(field) => field.operation === operation && field.call === '' && field.fault === name,
					),
				),
			),
		]),
	);
	return `${[head, line(obstacles.length + 1), ...rows].join('\n')}\n`;
}

function cell(found: Field[]): string {
	const words = found.map(({ actual, problems }) =>
		problems.length > 0 ? `**wrong: ${actual}**` : actual,
	);
	return words.length === 0 ? '–' : [...new Set(words)].join(' · ');
}

function problemList(wrong: Field[]): string {
	if (wrong.length === 0) return '';
	const lines = wrong.map(
		({ operation, call, fault, duration, problems }) =>
			`- ${operation}, ${call || 'unreachable'}, ${fault}, ${duration}: ${problems.join('; ')}`,
	);
	return `\n## Wrong\n\n${lines.join('\n')}\n`;
}

const isResult = (outcome: string) => outcome === 'ok' || outcome === 'retried';
const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
const line = (columns: number) => `|${'---|'.repeat(columns)}`;
