// Callbacks into n8n: Runflow Trigger next to n8n's own Webhook node, in the same n8n, in turns.
import { randomUUID } from 'node:crypto';
import type { INode, INodeParameters } from 'n8n-workflow';

import { startStage, type Stage } from '../stage/stage.ts';
import { node, workflow } from '../stage/workflow.ts';
import { signedCallback } from './callback-bodies.ts';
import { sendBurst } from './callback-load.ts';
import { quick } from './figures.ts';
import { ProcessWatch } from './process-watch.ts';
import { publish } from './report.ts';
import { triggerReport, type Measured, type Sized } from './trigger-report.ts';

const CONCURRENCY = 16;
const HEADER = 'x-callback-key';
// Not the signing secret: the Webhook node keeps all headers in its output.
const HEADER_VALUE = 'any';

interface Size {
	name: string;
	bytes: number;
	/** Callbacks in a round, enough that a round takes a second or more. */
	count: number;
	rounds: number;
}

const SIZES: Size[] = quick
	? [
			{ name: '1 KB', bytes: 1_024, count: 100, rounds: 2 },
			{ name: '5 MB', bytes: 5_242_880, count: 8, rounds: 2 },
		]
	: [
			{ name: '1 KB', bytes: 1_024, count: 150, rounds: 4 },
			{ name: '100 KB', bytes: 102_400, count: 80, rounds: 4 },
			{ name: '5 MB', bytes: 5_242_880, count: 16, rounds: 4 },
		];

// n8n 2.41 lets only its own Webhook node do without an isolate for expressions that are not there;
// the second setting does so for every node.
const SETTINGS: Array<{ name: string; env: Record<string, string> }> = [
	{ name: 'n8n with its defaults', env: {} },
	{ name: 'Isolates on demand', env: { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' } },
];

/** Takes about eight minutes. */
export async function run(): Promise<void> {
	const measured: Measured[] = [];
	for (const { name, env } of SETTINGS) {
		const stage = await startStage({
			log: (line) => console.error(line),
			emulator: { recordRequests: false },
			n8n: { env },
		});
		try {
			measured.push({ setting: name, sized: await measure(stage, name) });
		} finally {
			await stage.close();
		}
	}
	const { markdown, charts } = triggerReport(measured, CONCURRENCY);
	await publish('bench/trigger', markdown, charts);
}

async function measure(stage: Stage, setting: string): Promise<Sized[]> {
	const secret = stage.emulator.callbackSecret ?? '';
	const contestants = {
		runflow: await publishWebhook(stage, runflowTrigger(stage), 'runflow'),
		webhook: await publishWebhook(stage, webhook()),
		webhookRaw: await publishWebhook(stage, webhook({ options: { rawBody: true } })),
		webhookAuth: await publishWebhook(stage, await webhookWithHeader(stage)),
	};
	const names = Object.keys(contestants) as Array<keyof typeof contestants>;
	const watch = new ProcessWatch(stage.n8n.pid);
	const sized: Sized[] = [];
	for (const { name, bytes, count, rounds } of SIZES) {
		const bursts: Sized['bursts'] = { runflow: [], webhook: [], webhookRaw: [], webhookAuth: [] };
		for (let round = 0; round <= rounds; round++) {
			console.error(`${setting}, ${name}: round ${round} of ${rounds}`);
			// Another one begins each time: whoever is first meets what the round before left behind.
			for (const index of names.keys()) {
				const who = names[(index + round + names.length) % names.length];
				const callbacks = Array.from({ length: count }, () => signedCallback(bytes, secret));
				const headers = { [HEADER]: HEADER_VALUE };
				const startedAt = Date.now();
				watch.clear();
				const burst = await sendBurst(stage.n8n, contestants[who], callbacks, CONCURRENCY, headers);
				watch.sample();
				const { cpuMs } = watch.cost(startedAt, burst.endedMs);
				if (round > 0) bursts[who].push({ ...burst, cpuMs: cpuMs / count });
			}
		}
		sized.push({ name, count, bursts });
	}
	watch.stop();
	return sized;
}

/** Publishes a workflow that ends right behind its trigger. */
export async function publishWebhook({ n8n }: Stage, trigger: INode, path?: string) {
	const { id } = await n8n.createWorkflow(workflow(`Bench ${trigger.webhookId}`, [trigger]));
	const refusal = await n8n.activate(id);
	if (refusal) throw new Error(refusal);
	const url = [n8n.url, 'webhook', trigger.webhookId, path].filter(Boolean).join('/');
	return { workflowId: id, url };
}

/** A Runflow Trigger as it comes. */
export function runflowTrigger({ credential }: Stage): INode {
	return node(
		'Callback',
		'n8n-nodes-runflow.runflowTrigger',
		{},
		{ typeVersion: 2, webhookId: randomUUID(), credentials: credential },
	);
}

/** n8n's own node, which answers at once. */
export function webhook(parameters: INodeParameters = {}, settings: Partial<INode> = {}): INode {
	const webhookId = randomUUID();
	return node(
		'Callback',
		'webhook',
		{ httpMethod: 'POST', path: webhookId, responseMode: 'onReceived', options: {}, ...parameters },
		{ typeVersion: 2, webhookId, ...settings },
	);
}

/** The Webhook node as it is when it does not take callbacks from everybody: a secret in a header. */
async function webhookWithHeader({ n8n }: Stage): Promise<INode> {
	const { id, name } = await n8n.createCredential({
		name: 'Header',
		type: 'httpHeaderAuth',
		data: { name: HEADER, value: HEADER_VALUE },
	});
	return webhook(
		{ authentication: 'headerAuth' },
		{ credentials: { httpHeaderAuth: { id, name } } },
	);
}
