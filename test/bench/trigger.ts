// Callbacks into n8n: Runflow Trigger next to n8n's own Webhook node, in the same n8n, in turns.
import { randomUUID } from 'node:crypto';
import type { INode, INodeParameters } from 'n8n-workflow';

import { startStage, type Stage } from '../stage/stage.ts';
import { node, workflow } from '../stage/workflow.ts';
import { signedCallback } from './callback-bodies.ts';
import { sendBurst, type Burst } from './callback-load.ts';
import { quick } from './figures.ts';
import { publish } from './report.ts';
import { triggerReport, type Sized } from './trigger-report.ts';

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

/** Takes about four minutes. */
export async function run(): Promise<void> {
	const stage = await startStage({
		log: (line) => console.error(line),
		emulator: { recordRequests: false },
	});
	try {
		const secret = stage.emulator.callbackSecret ?? '';
		const contestants = {
			runflow: await publishWebhook(stage, runflowTrigger(stage), 'runflow'),
			webhook: await publishWebhook(stage, webhook()),
			webhookRaw: await publishWebhook(stage, webhook({ options: { rawBody: true } })),
			webhookAuth: await publishWebhook(stage, await webhookWithHeader(stage)),
		};
		const names = Object.keys(contestants) as Array<keyof typeof contestants>;
		const sized: Sized[] = [];
		for (const { name, bytes, count, rounds } of SIZES) {
			const bursts: Sized['bursts'] = {
				runflow: [],
				webhook: [],
				webhookRaw: [],
				webhookAuth: [],
			};
			for (let round = 0; round <= rounds; round++) {
				console.error(`${name}: round ${round} of ${rounds}`);
				// Another one begins each time: whoever is first meets what the round before left behind.
				for (const index of names.keys()) {
					const who = names[(index + round + names.length) % names.length];
					const callbacks = Array.from({ length: count }, () => signedCallback(bytes, secret));
					const burst: Burst = await sendBurst(
						stage.n8n,
						contestants[who],
						callbacks,
						CONCURRENCY,
						{ [HEADER]: HEADER_VALUE },
					);
					if (round > 0) bursts[who].push(burst);
				}
			}
			sized.push({ name, count, bursts });
		}
		const { markdown, charts } = triggerReport(sized, CONCURRENCY);
		await publish('bench/trigger', markdown, charts);
	} finally {
		await stage.close();
	}
}

/** Publishes a workflow that ends right behind its trigger. */
export async function publishWebhook({ n8n }: Stage, trigger: INode, path?: string) {
	const { id } = await n8n.createWorkflow(workflow(`Bench ${trigger.webhookId}`, [trigger]));
	const refusal = await n8n.activate(id);
	if (refusal) throw new Error(refusal);
	const url = [n8n.url, 'webhook', trigger.webhookId, path].filter(Boolean).join('/');
	return { workflowId: id, url };
}

export function runflowTrigger({ credential }: Stage): INode {
	return node(
		'Callback',
		'n8n-nodes-runflow.runflowTrigger',
		{},
		{ typeVersion: 2, webhookId: randomUUID(), credentials: credential },
	);
}

function webhook(parameters: INodeParameters = {}, settings: Partial<INode> = {}): INode {
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
