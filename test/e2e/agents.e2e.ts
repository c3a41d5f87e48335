import { randomUUID } from 'node:crypto';
import type { INode, INodeParameters } from 'n8n-workflow';

import type { WorkflowFile } from '../n8n/index.ts';
import { compareVersions, pinnedN8n } from '../n8n/machine/pinned.mjs';
import { McpClient } from '../stage/mcpClient.ts';
import { batchesSince, createAndWait, jsonOf, run } from '../stage/runs.ts';
import { ScriptedModel, type Script } from '../stage/scriptedModel.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { node, workflow } from '../stage/workflow.ts';

const LANGCHAIN = '@n8n/n8n-nodes-langchain';

let stage: Stage;
let model: ScriptedModel;
let openAi: { id: string; name: string };

beforeAll(async () => {
	stage = await startStage();
	model = await new ScriptedModel().listen();
	openAi = await stage.n8n.createCredential({
		name: 'Scripted model',
		type: 'openAiApi',
		data: { apiKey: 'none', url: model.url, header: false },
	});
}, 900_000);
afterAll(async () => {
	await model?.close();
	await stage?.close();
});
afterEach(() => {
	stage.emulator.faults.clear();
	stage.emulator.release();
});

/** The Runflow node as a tool whose prompt the model chooses. */
function runflowTool(parameters: INodeParameters = {}, settings: Partial<INode> = {}): INode {
	const created = createAndWait(
		stage,
		{
			descriptionType: 'manual',
			toolDescription: 'Makes a picture',
			model: { __rl: true, mode: 'id', value: 'acme/undeclared' },
			itemJson: "={{ JSON.stringify({ prompt: $fromAI('prompt', 'What to show', 'string') }) }}",
			waitFor: 'polling',
			timeout: 1,
			pollInterval: 0.2,
			...parameters,
		},
		settings,
	);
	return { ...created, type: 'n8n-nodes-runflow.runflowTool' };
}

function agentFile(version: number, tool: INode): WorkflowFile {
	const agent = node(
		'Agent',
		`${LANGCHAIN}.agent`,
		{
			...(version < 2 ? { agent: 'toolsAgent' } : {}),
			promptType: 'define',
			text: 'Make a picture.',
			options: {},
		},
		{ typeVersion: version },
	);
	const chat = node(
		'Model',
		`${LANGCHAIN}.lmChatOpenAi`,
		{
			model: { __rl: true, mode: 'id', value: 'scripted' },
			options: { baseURL: model.url, maxRetries: 0 },
		},
		{ typeVersion: 1.2, credentials: { openAiApi: openAi } },
	);
	const file = workflow('Agent', [node('Start', 'manualTrigger'), agent], [chat], [tool]);
	file.connections.Model = {
		ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]],
	};
	file.connections[tool.name] = { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] };
	return file;
}

/** Runs an agent by a script; returns the batches it made, what its tool gave, and its last words. */
async function runAgent(version: number, tool: INode, script: Script) {
	const earlier = stage.emulator.batches.size;
	const given: string[] = [];
	model.script = (results) => {
		given.splice(0, Infinity, ...results);
		return script(results);
	};
	const execution = await run(stage, agentFile(version, tool));
	expect(execution.data.resultData.error?.message).toBeUndefined();
	expect(execution.status).toBe('success');
	const [{ output }] = jsonOf(execution, 'Agent');
	return { batches: batchesSince(stage, earlier), given, output };
}

const ARGUMENTS = { prompt: 'a red bicycle' };
const lost = {
	on: 'POST /v1/models/*/batches',
	kind: 'status',
	status: 503,
	work: true,
	headers: { 'retry-after': '0' },
	times: 5,
} as const;

/** The newest agent that this n8n has. */
const NEWEST = compareVersions(pinnedN8n().n8n, '2.4.0') < 0 ? 3 : 3.1;

/** Whether n8n evaluates what a person writes as the description of a tool: 2.20 does not, 2.30 does. */
const EVALUATES_DESCRIPTIONS = compareVersions(pinnedN8n().n8n, '2.30.0') >= 0;

describe.each([1.9, 2.2, NEWEST])('an agent of version %d', (version) => {
	const once: Script = (results) =>
		results.length === 0 ? { calls: [ARGUMENTS] } : { text: 'done' };
	const times =
		(count: number): Script =>
		(results) =>
			results.length < count ? { calls: [ARGUMENTS] } : { text: 'done' };

	it('makes one batch with one call', async () => {
		const { batches, given, output } = await runAgent(version, runflowTool(), once);
		expect(output).toBe('done');
		expect(batches.map(({ items }) => items.map(({ input }) => input))).toEqual([[ARGUMENTS]]);
		expect(given[0]).toContain(batches[0].id);
		expect(given[0]).toContain('succeeded');
	});

	it('is told what the tool makes, and with what model where a person writes that', async () => {
		await runAgent(version, runflowTool({ descriptionType: 'auto' }), once);
		expect(model.tools).toMatchObject([
			{
				name: 'Runflow',
				description: 'Run image or video model on rows and wait for results in Runflow',
			},
		]);
		const toolDescription = '={{ "Makes a picture with " + $parameter.model }}';
		await runAgent(version, runflowTool({ toolDescription }), once);
		expect(model.tools[0].description).toBe(
			EVALUATES_DESCRIPTIONS ? 'Makes a picture with acme/undeclared' : toolDescription,
		);
	});

	it('gets the state and what to do when the time limit passes, and no error', async () => {
		stage.emulator.holdBatches();
		const { batches, given } = await runAgent(version, runflowTool({ timeout: 0 }), once);
		expect(batches).toHaveLength(1);
		expect(given[0]).toContain(batches[0].id);
		expect(given[0]).toMatch(/queued|running/);
		expect(given[0]).toMatch(/call this tool again with the very same input/);
		expect(given[0]).not.toMatch(/error/i);
	});

	it('waits for that batch with the same call again', async () => {
		stage.emulator.holdBatches();
		const { batches, given } = await runAgent(version, runflowTool({ timeout: 0 }), (results) => {
			if (results.length === 2) stage.emulator.finish([...stage.emulator.batches.keys()].at(-1)!);
			return times(3)(results);
		});
		expect(batches).toHaveLength(1);
		expect(given[2]).toContain('succeeded');
	});

	it('makes two batches with two equal calls side by side', async () => {
		const { batches } = await runAgent(version, runflowTool(), (results) =>
			results.length === 0 ? { calls: [ARGUMENTS, ARGUMENTS] } : { text: 'done' },
		);
		expect(batches).toHaveLength(2);
	});

	it('makes a second batch when it asks again after a result', async () => {
		const { batches } = await runAgent(version, runflowTool(), times(2));
		expect(batches).toHaveLength(2);
	});

	it('pays once when answers are lost and n8n tries again', async () => {
		stage.emulator.faults.add(lost);
		const settings = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
		const { batches, given } = await runAgent(version, runflowTool({}, settings), once);
		expect(batches).toHaveLength(1);
		expect(given[0]).toContain('succeeded');
	});

	it('pays once when answers are lost and the model tries again', async () => {
		stage.emulator.faults.add(lost);
		const settings: Partial<INode> = { onError: 'continueRegularOutput' };
		const { batches, given } = await runAgent(version, runflowTool({}, settings), times(2));
		expect(batches).toHaveLength(1);
		expect(given[1]).toContain('succeeded');
	});
});

describe('MCP Server Trigger', () => {
	/** Publishes an MCP server with the tool; returns its address. */
	async function publish(): Promise<string> {
		const path = randomUUID();
		const trigger = node(
			'Server',
			`${LANGCHAIN}.mcpTrigger`,
			{ path, authentication: 'none' },
			{ typeVersion: 2, webhookId: path },
		);
		const tool = runflowTool();
		const file = workflow('MCP', [trigger], [tool]);
		file.connections[tool.name] = { ai_tool: [[{ node: 'Server', type: 'ai_tool', index: 0 }]] };
		const { id } = await stage.n8n.createWorkflow(file);
		expect(await stage.n8n.activate(id)).toBeUndefined();
		return `${stage.n8n.url}/mcp/${path}`;
	}

	it('makes a batch for each call, from another session and after a restart as well', async () => {
		const earlier = stage.emulator.batches.size;
		const url = await publish();
		const results: string[] = [];
		const call = async () => {
			results.push(await (await new McpClient(url).connect()).callTool(ARGUMENTS));
		};
		await call();
		await call();
		await stage.n8n.kill('SIGKILL');
		await stage.n8n.restart();
		await call();
		const batches = batchesSince(stage, earlier);
		expect(batches).toHaveLength(3);
		for (const [index, { id }] of batches.entries()) expect(results[index]).toContain(id);
	});
});
