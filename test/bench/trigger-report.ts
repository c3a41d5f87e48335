import type { Burst } from './callback-load.ts';
import { barChart } from './chart.ts';
import { duration, factor, machine, median, percentile, table } from './figures.ts';

/** A burst, and the processor time in milliseconds that n8n spent for each of its callbacks. */
export type MeasuredBurst = Burst & { cpuMs: number };

/** The bursts of one size of payload. */
export interface Sized {
	name: string;
	/** Callbacks in a burst. */
	count: number;
	bursts: Record<'runflow' | 'webhook' | 'webhookRaw' | 'webhookAuth', MeasuredBurst[]>;
}

/** What one n8n did, with its settings. */
export interface Measured {
	setting: string;
	sized: Sized[];
}

const NAMES = {
	runflow: 'Runflow Trigger',
	webhook: 'Webhook node',
	webhookRaw: 'Webhook node, raw body',
	webhookAuth: 'Webhook node, header auth',
};

// From processor profiles of n8n (`--cpu-prof`), and what changes when a part is switched off.
const WHERE =
	'The node’s own share (signature, examining, filter, repeats) is 0.5 ms for a callback of 100 KB: n8n has parsed the body by then, and the node takes that instead of parsing again; the credential is read once in 5 seconds. What is left is n8n. As it comes, n8n 2.41 sets up an isolate for expressions for every request to a webhook and another one for every execution, about 50 ms of processor time each on this machine, used or not. Its own Webhook node is exempt from the first one by name (`webhookPhaseNeedsIsolate` in live-webhooks), which no other node can be: that is the whole distance to it. The Webhook node with Header Auth needs a second one to read its credential, and is as fast as Runflow Trigger. With isolates on demand nobody sets up one for nothing, and every node takes several times as many. So the bar is out of reach for a node that is not n8n’s own while n8n comes as it does; what is needed is that setting, or an n8n that exempts every node whose parameters hold no expression. At 5 MB the HMAC counts as well, 5 ms for each. A Webhook node whose workflow is to verify a signature itself needs Raw Body, which stores every body as a file.';

/** The report and its chart. */
export function triggerReport(measured: Measured[], concurrency: number) {
	const rows = measured.flatMap(({ setting, sized }) => sized.map((one) => ({ setting, ...one })));
	const markdown = [
		'# Callbacks into n8n',
		'',
		`Callbacks as Runflow sends them, each of them unique and signed, ${concurrency} at a time to the production URL of Runflow Trigger, of n8n’s Webhook node (version 2, responds immediately, verifies nothing), of the same with Raw Body on, and of the same with Header Auth, which like Runflow Trigger holds a credential, in the same n8n. The workflows end behind their trigger, all executions are saved (n8n’s default), in SQLite. All take turns; the figures are medians of rounds. Once with n8n with its defaults, and once with \`N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true\`.`,
		'',
		`Made by \`npm run bench trigger\`. ${machine()}`,
		'',
		'## Ratios',
		'',
		'Callbacks per second of Runflow Trigger by those of the Webhook node: above 1 Runflow Trigger is ahead. Bar: at least 0.9.',
		'',
		table(
			[
				'',
				'Webhook node',
				'With raw body',
				'With header auth',
				'Executions: Webhook node',
				'With raw body',
				'With header auth',
			],
			rows.map(({ setting, name, bursts }) => [
				`${setting}: ${name}`,
				...(['answeredMs', 'endedMs'] as const).flatMap((figure) =>
					(['webhook', 'webhookRaw', 'webhookAuth'] as const).map((other) =>
						factor(pairedRatio(bursts[other], bursts.runflow, figure)),
					),
				),
			]),
		),
		'',
		'Each ratio is the median over the ratios of the rounds; the last three columns count until the last execution ended.',
		'',
		'![Callbacks per second](trigger.svg)',
		'',
		'## Where the time goes',
		'',
		WHERE,
		'',
		'## Figures',
		'',
		table(
			[
				'',
				'Callbacks per second',
				'Latency p50',
				'Latency p99',
				'Executions per second',
				'CPU of n8n for each',
				'Callbacks',
			],
			rows.flatMap(({ setting, name, count, bursts }) =>
				contestants(bursts).map(([who, its]) => {
					const latencies = its.flatMap((burst) => burst.latencies);
					return [
						`${setting}, ${name}: ${NAMES[who]}`,
						(count / (middle(its, 'answeredMs') / 1000)).toFixed(1),
						duration(percentile(latencies, 50)),
						duration(percentile(latencies, 99)),
						(count / (middle(its, 'endedMs') / 1000)).toFixed(1),
						duration(middle(its, 'cpuMs')),
						`${its.length} × ${count}`,
					];
				}),
			),
		),
		'',
	].join('\n');
	const svg = barChart(
		'Callbacks per second',
		rows.map(({ setting, name, count, bursts }) => ({
			name: `${setting}, ${name}`,
			bars: contestants(bursts).map(([who, its]) => {
				const value = count / (middle(its, 'answeredMs') / 1000);
				return { label: NAMES[who], value, text: value.toFixed(1) };
			}),
		})),
	);
	return { markdown, charts: { 'trigger.svg': svg } };
}

function contestants(bursts: Sized['bursts']) {
	return Object.entries(bursts) as Array<[keyof Sized['bursts'], MeasuredBurst[]]>;
}

const middle = (bursts: MeasuredBurst[], figure: 'answeredMs' | 'endedMs' | 'cpuMs') =>
	median(bursts.map((burst) => burst[figure]));

/** Rounds are compared one by one: what slows the machine down for a while hits both alike. */
function pairedRatio(others: Burst[], ours: Burst[], figure: 'answeredMs' | 'endedMs'): number {
	return median(ours.map((burst, round) => others[round][figure] / burst[figure]));
}
