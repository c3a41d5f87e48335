// Callbacks into the oldest and the newest n8n, started side by side, in turns.
import { hostVersions } from '../n8n/machine/pinned.mjs';
import { startStage, type Stage } from '../stage/stage.ts';
import { signedCallback } from './callback-bodies.ts';
import { sendBurst } from './callback-load.ts';
import { quick } from './figures.ts';
import { ProcessWatch } from './process-watch.ts';
import { publish } from './report.ts';
import { publishWebhook, runflowTrigger, webhook } from './trigger.ts';
import { versionsReport, type Bursts, type Host, type HostName } from './versions-report.ts';

// So few that n8n as it comes answers each within the time that the trigger has for it.
const CONCURRENCY = 8;
const COUNT = quick ? 50 : 100;
const ROUNDS = quick ? 2 : 3;
const SIZES = [
	{ name: '1 KB', bytes: 1_024 },
	{ name: '100 KB', bytes: 102_400 },
];

const versions = hostVersions();
const newest = versions[versions.length - 1];
const HOSTS: Record<HostName, Host> = {
	oldest: { label: `n8n ${versions[0]}`, version: versions[0], env: {} },
	newest: { label: `n8n ${newest}`, version: newest, env: {} },
	onDemand: {
		label: `n8n ${newest}, isolates on demand`,
		version: newest,
		env: { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' },
	},
};

interface Contestant {
	stage: Stage;
	watch: ProcessWatch;
	webhooks: Record<keyof Bursts, { workflowId: string; url: string }>;
}

/** Takes about five minutes. */
export async function run(): Promise<void> {
	const contestants = new Map<HostName, Contestant>();
	try {
		for (const name of Object.keys(HOSTS) as HostName[]) {
			contestants.set(name, await contestant(HOSTS[name]));
		}
		const measured = [];
		for (const { name, bytes } of SIZES) {
			measured.push({ name, count: COUNT, hosts: await measure(contestants, name, bytes) });
		}
		const { markdown, charts } = versionsReport(HOSTS, measured, CONCURRENCY);
		await publish('bench/versions', markdown, charts);
	} finally {
		for (const { stage, watch } of contestants.values()) {
			watch.stop();
			await stage.close();
		}
	}
}

async function contestant({ version, env }: Host): Promise<Contestant> {
	const stage = await startStage({
		log: (line) => console.error(line),
		emulator: { recordRequests: false },
		n8n: { version, env },
	});
	const webhooks = {
		runflow: await publishWebhook(stage, runflowTrigger(stage), 'runflow'),
		webhook: await publishWebhook(stage, webhook()),
	};
	return { stage, watch: new ProcessWatch(stage.n8n.pid), webhooks };
}

/** One round is not counted; in each of them another host begins. */
async function measure(contestants: Map<HostName, Contestant>, size: string, bytes: number) {
	const names = [...contestants.keys()];
	const bursts = Object.fromEntries(
		names.map((name) => [name, { runflow: [], webhook: [] }]),
	) as unknown as Record<HostName, Bursts>;
	for (let round = 0; round <= ROUNDS; round++) {
		console.error(`${size}: round ${round} of ${ROUNDS}`);
		for (const index of names.keys()) {
			const name = names[(index + round) % names.length];
			const { stage, watch, webhooks } = contestants.get(name)!;
			for (const node of ['runflow', 'webhook'] as const) {
				const secret = stage.emulator.callbackSecret ?? '';
				const callbacks = Array.from({ length: COUNT }, () => signedCallback(bytes, secret));
				const startedAt = Date.now();
				watch.clear();
				const burst = await sendBurst(stage.n8n, webhooks[node], callbacks, CONCURRENCY);
				watch.sample();
				const { cpuMs } = watch.cost(startedAt, burst.endedMs);
				if (round > 0) bursts[name][node].push({ ...burst, cpuMs: cpuMs / COUNT });
			}
		}
	}
	return bursts;
}
