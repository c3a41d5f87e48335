import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
	itemsOf,
	packPackage,
	PACKAGES,
	unpackInto,
	type EditionName,
	type Execution,
	type WorkflowFile,
} from '../n8n/index.ts';
import { root, startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

// Both packages in one n8n, and the way of a workflow from one to the other.

const EDITIONS = ['undici', 'lite'] as const;

let userFolder: string;
let stage: Stage;

beforeAll(async () => {
	userFolder = mkdtempSync(join(tmpdir(), 'n8n-nodes-runflow-both-'));
	await unpackInto(userFolder, await packPackage(root, () => {}, 'lite'));
	stage = await startStage({ n8n: { userFolder } });
}, 900_000);
afterAll(async () => {
	await stage?.close();
	if (userFolder) rmSync(userFolder, { recursive: true, force: true, maxRetries: 5 });
});

const typeOf = (edition: EditionName, name = 'runflow') => `${PACKAGES[edition].name}.${name}`;

function creation(edition: EditionName): WorkflowFile {
	const parameters = {
		resource: 'batch',
		operation: 'createAndWait',
		model: { __rl: true, mode: 'id', value: 'acme/undeclared' },
		inputMode: 'jsonPerItem',
		itemJson: '={{ $json }}',
		waitFor: 'callback',
	};
	return workflow(`By ${edition}`, [
		...manualRows([{ prompt: 'a' }, { prompt: 'b' }]),
		node('Runflow', typeOf(edition), parameters, { credentials: stage.credential }),
	]);
}

async function run(file: WorkflowFile): Promise<Execution> {
	const { id } = await stage.n8n.createWorkflow(file);
	const { executionId } = await stage.n8n.runWorkflow(id);
	return await stage.n8n.waitForExecution({ id: executionId, status: 'success' });
}

const results = (execution: Execution) =>
	itemsOf(execution, 'Runflow').map(({ json }) => [json.sequence_index, json.status_code]);

describe('both packages in one n8n', () => {
	it.each(EDITIONS)('run with one credential, parked until the callback (%s)', async (edition) => {
		expect(results(await run(creation(edition)))).toEqual([
			[0, 'succeeded'],
			[1, 'succeeded'],
		]);
	});

	it('have their nodes in the panel, each its own', async () => {
		const types = await stage.n8n.rest<Array<{ name: string }>>('POST', '/node-types', {
			nodeInfos: EDITIONS.flatMap((edition) => [
				{ name: typeOf(edition), version: 2 },
				{ name: typeOf(edition, 'runflowTrigger'), version: 1 },
			]),
		});
		expect(types).toHaveLength(4);
	});

	it('have one type of credential between them, whose test passes', async () => {
		const { apiKey, url } = stage.emulator;
		const data = { apiKey, baseUrl: url };
		expect(await stage.n8n.testCredential({ type: 'runflowApi', data })).toMatchObject({
			status: 'OK',
		});
	});
});

describe('a workflow', () => {
	const commands = [
		...readFileSync(join(root, 'docs/install.md'), 'utf8').matchAll(
			/^sed '.*' workflow\.json > moved\.json$/gm,
		),
	].map(([command]) => command);

	/** What a command in docs/install.md makes of a workflow. */
	function moved(file: WorkflowFile, command: string): WorkflowFile {
		const folder = mkdtempSync(join(tmpdir(), 'moved-'));
		try {
			writeFileSync(join(folder, 'workflow.json'), JSON.stringify(file));
			execFileSync('sh', ['-c', command], { cwd: folder });
			return JSON.parse(readFileSync(join(folder, 'moved.json'), 'utf8')) as WorkflowFile;
		} finally {
			rmSync(folder, { recursive: true });
		}
	}

	it.each([
		['undici', 'lite', 0],
		['lite', 'undici', 1],
	] as const)(
		'moves from %s to %s by the command in docs/install.md',
		async (from, to, command) => {
			const here = creation(from);
			const there = moved(here, commands[command]);
			const types = here.nodes.map(({ type }) => type);
			expect(there.nodes.map(({ type }) => type)).toEqual(types.with(-1, typeOf(to)));
			expect(results(await run(there))).toHaveLength(2);
		},
	);
});
