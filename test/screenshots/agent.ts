import type { INode } from 'n8n-workflow';

import type { WorkflowFile } from '../n8n/index.ts';
import { ScriptedModel } from '../stage/scriptedModel.ts';
import type { Stage } from '../stage/stage.ts';
import { node } from '../stage/workflow.ts';

const LANGCHAIN = '@n8n/n8n-nodes-langchain';
const PROMPT = 'A red bicycle in front of a white wall';

/** An agent that has the Runflow node as its tool, and a model behind it that calls the tool once. */
export async function createAgent(stage: Stage): Promise<{ id: string; model: ScriptedModel }> {
	const model = await new ScriptedModel().listen();
	model.script = (results) =>
		results.length === 0
			? { calls: [{ prompt: PROMPT }] }
			: { text: 'Here is your picture of a red bicycle.' };
	const openAiApi = await stage.n8n.createCredential({
		name: 'OpenAI account',
		type: 'openAiApi',
		data: { apiKey: 'none', url: model.url, header: false },
	});
	const { id } = await stage.n8n.createWorkflow(agentFile(stage, model.url, openAiApi));
	return { id, model };
}

function agentFile(
	{ credential }: Stage,
	baseURL: string,
	{ id, name }: { id: string; name: string },
): WorkflowFile {
	const at = (x: number, y: number, settings: Partial<INode> = {}) => ({
		position: [x, y] as [number, number],
		...settings,
	});
	const nodes = [
		node('Start', 'manualTrigger', {}, at(0, 0)),
		node(
			'AI Agent',
			`${LANGCHAIN}.agent`,
			{ promptType: 'define', text: 'I need a picture of a red bicycle.', options: {} },
			at(220, 0, { typeVersion: 3.1 }),
		),
		node(
			'OpenAI Chat Model',
			`${LANGCHAIN}.lmChatOpenAi`,
			{
				model: { __rl: true, mode: 'id', value: 'gpt' },
				options: { baseURL, maxRetries: 0 },
			},
			at(160, 240, { typeVersion: 1.2, credentials: { openAiApi: { id, name } } }),
		),
		node(
			'Make a picture',
			'n8n-nodes-runflow.runflowTool',
			{
				resource: 'batch',
				operation: 'createAndWait',
				model: { __rl: true, mode: 'id', value: 'google/nano-banana-pro' },
				inputMode: 'jsonPerItem',
				itemJson: "={{ JSON.stringify({ prompt: $fromAI('prompt', 'What to show', 'string') }) }}",
				waitFor: 'polling',
				pollInterval: 1,
			},
			at(540, 240, { typeVersion: 2, credentials: credential }),
		),
	];
	return {
		name: 'An agent that makes pictures',
		nodes,
		connections: {
			Start: { main: [[{ node: 'AI Agent', type: 'main', index: 0 }]] },
			'OpenAI Chat Model': {
				ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]],
			},
			'Make a picture': { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] },
		},
		settings: { executionOrder: 'v1' },
	};
}
