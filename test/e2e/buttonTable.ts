import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../stage/stage.ts';

/** One cell of the table: what was pressed after what, and what was paid in the end. */
export interface Cell {
	button: string;
	fault: string;
	operation: string;
	expressions: string;
	/** Rows that were sent to be worked on exactly as often as they should have been. */
	paid: string;
	outcome: string;
}

const FILE = join(root, 'docs', 'paid-once.md');

/** Writes the table down for people to read. */
export function writeButtonTable(cells: Cell[], n8nVersion: string): void {
	const rows = cells.map(({ button, fault, operation, expressions, paid, outcome }) =>
		[button, fault, operation, expressions, paid, outcome].join(' | '),
	);
	const text = `# Nothing is paid twice: buttons and faults

Written by \`npm run test:e2e -- buttons\`, on ${new Date().toISOString().slice(0, 10)} with n8n ${n8nVersion}: a real n8n, the packed package, and an emulated
Runflow that counts what it was asked to work on. In each cell an execution fails or n8n is killed, and then a button
is pressed. Each row comes out once, with its own result, unless the last column says otherwise.

- \`constant\`: expressions give the same at each evaluation. \`changing\`: \`Math.random()\` in every row and \`$now\` in the metadata.
- \`refused\`: Runflow refuses the second batch (402). \`lost\`: all five tries of the client get no usable answer, though Runflow did the work.
  \`reset\`: the same by connections that break off. \`failed rows\`: the model fails on some rows, and On Failed Items is Fail.

| button | after | operation | expressions | paid | came out |
|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

What is left to the unit tests (\`test/nodes/Runflow/actions/batch/creation/memory/memory.test.ts\`): JSON Array, keys of a
person's own, another model, several tries in a row, and runs that share nothing.

After n8n was killed in the middle of a creation it knows nothing of it. The retried execution then sends its first
try under the same key. Where the bytes are the same, Runflow answers with the batch that exists. Where they are not,
because an expression changed or because the callback goes to another execution, Runflow reports a conflict: nothing
is paid twice, and the node says so. Start the workflow anew to run it a second time.
`;
	writeFileSync(FILE, text);
	execFileSync(process.execPath, [
		join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs'),
		'--log-level=warn',
		'--write',
		FILE,
	]);
}
