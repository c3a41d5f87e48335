import type { Burst } from './callback-load.ts';
import { barChart } from './chart.ts';
import { duration, factor, machine, median, percentile, table } from './figures.ts';

/** The bursts of one size of payload. */
export interface Sized {
	name: string;
	/** Callbacks in a burst. */
	count: number;
	bursts: Record<'runflow' | 'webhook' | 'webhookRaw' | 'webhookAuth', Burst[]>;
}

const NAMES = {
	runflow: 'Runflow Trigger',
	webhook: 'Webhook node',
	webhookRaw: 'Webhook node, raw body',
	webhookAuth: 'Webhook node, header auth',
};

/** The report and its chart. */
export function triggerReport(sized: Sized[], concurrency: number) {
	const markdown = [
		'# Callbacks into n8n',
		'',
		`Callbacks as Runflow sends them, each of them unique and signed, ${concurrency} at a time to the production URL of Runflow Trigger, of n8n’s Webhook node (version 2, responds immediately, verifies nothing), of the same with Raw Body on, and of the same with Header Auth, which like Runflow Trigger reads a credential, in the same n8n. The workflows end behind their trigger, all executions are saved (n8n’s default), in SQLite. All take turns; the figures are medians of rounds.`,
		'',
		`Made by \`npm run bench trigger\`. ${machine()}`,
		'',
		'## Ratios',
		'',
		'Callbacks per second of Runflow Trigger by those of the Webhook node: above 1 Runflow Trigger is ahead. Bar: at least 0.9.',
		'',
		table(
			[
				'Payload',
				'Webhook node',
				'With raw body',
				'With header auth',
				'Executions: Webhook node',
				'With raw body',
				'With header auth',
			],
			sized.map(({ name, bursts }) => [
				name,
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
		'A processor profile of n8n taking 400 callbacks of 1 KB: the node’s own share (reading the body, signature, parsing, filter, repeats) is under 1 ms for each callback. The rest is n8n 2.41, most of it its isolated expression engine, of which it makes a new instance for the webhook (7 ms), for reading the credential (6 ms, and 3 ms to decrypt and fill it in), and for the execution (6 ms), and disposes of each (6 ms). For a webhook of a node in version 1 it also evaluates one expression on every request (10 ms, `parseRequestBody`), which it does not for later versions. That is why a Webhook node that checks a header against a credential falls back as far: it is the comparison between nodes that let not everybody in.',
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
				'Callbacks',
			],
			sized.flatMap(({ name, count, bursts }) =>
				contestants(bursts).map(([who, its]) => {
					const latencies = its.flatMap((burst) => burst.latencies);
					return [
						`${name}: ${NAMES[who]}`,
						(count / (middle(its, 'answeredMs') / 1000)).toFixed(1),
						duration(percentile(latencies, 50)),
						duration(percentile(latencies, 99)),
						(count / (middle(its, 'endedMs') / 1000)).toFixed(1),
						`${its.length} × ${count}`,
					];
				}),
			),
		),
		'',
	].join('\n');
	const svg = barChart(
		'Callbacks per second',
		sized.map(({ name, count, bursts }) => ({
			name,
			bars: contestants(bursts).map(([who, its]) => {
				const value = count / (middle(its, 'answeredMs') / 1000);
				return { label: NAMES[who], value, text: value.toFixed(1) };
			}),
		})),
	);
	return { markdown, charts: { 'trigger.svg': svg } };
}

function contestants(bursts: Sized['bursts']) {
	return Object.entries(bursts) as Array<[keyof Sized['bursts'], Burst[]]>;
}

const middle = (bursts: Burst[], figure: 'answeredMs' | 'endedMs') =>
	median(bursts.map((burst) => burst[figure]));

/** Rounds are compared one by one: what slows the machine down for a while hits both alike. */
function pairedRatio(others: Burst[], ours: Burst[], figure: 'answeredMs' | 'endedMs'): number {
	return median(ours.map((burst, round) => others[round][figure] / burst[figure]));
}
