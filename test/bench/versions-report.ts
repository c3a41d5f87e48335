import { barChart } from './chart.ts';
import { duration, factor, machine, median, table } from './figures.ts';
import type { MeasuredBurst } from './trigger-report.ts';

/** An n8n that takes part. */
export interface Host {
	label: string;
	version: string;
	env: Record<string, string>;
}

export type HostName = 'oldest' | 'newest' | 'onDemand';

/** The bursts at each of the two nodes, by round. */
export type Bursts = Record<'runflow' | 'webhook', MeasuredBurst[]>;

/** What one size of payload took on each host. */
export interface Measured {
	name: string;
	/** Callbacks in a burst. */
	count: number;
	hosts: Record<HostName, Bursts>;
}

const NODES = { runflow: 'Runflow Trigger', webhook: 'Webhook node' };
const EACH = Object.entries(NODES) as Array<[keyof Bursts, string]>;

// From the configuration of these versions, and where they acquire isolates.
const WHAT =
	'Both evaluate expressions in isolates as they come. n8n 1.123.81 makes one for every request to a webhook and for every execution; 2.41.1 leaves out the first one for its own Webhook node. With `N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true`, which n8n 1 does not know, 2.41.1 makes one when an expression needs it. n8n 2.0 and 2.4 have no isolates, and 2.20 and 2.30 do not use them by default; these were not measured.';

/** The report and its chart. */
export function versionsReport(
	hosts: Record<HostName, Host>,
	measured: Measured[],
	concurrency: number,
) {
	const names = Object.keys(hosts) as HostName[];
	const others = names.filter((name) => name !== 'newest');
	const versions = [...new Set(names.map((name) => hosts[name].version))];
	const rows = measured.flatMap((one) => EACH.map(([node, label]) => ({ ...one, node, label })));
	const markdown = [
		'# Callbacks into the oldest and the newest n8n',
		'',
		`Signed callbacks, each of them unique, ${concurrency} at a time to the production URL of Runflow Trigger and of n8n’s Webhook node (version 2, responds immediately, verifies nothing). The workflows end behind their trigger, all executions are saved, in SQLite. All hosts run side by side on one machine and take turns; one is at work at a time. A round is over when its last execution has ended.`,
		'',
		`Made by \`npm run bench versions\`. ${machine(`n8n ${versions.join(' and ')}`)}`,
		'',
		'## Ratios',
		'',
		`Callbacks per second by those of ${hosts.newest.label} as it comes; each is the median over the ratios of the rounds.`,
		'',
		table(
			['', ...others.map((name) => hosts[name].label)],
			rows.map(({ name, hosts: bursts, node, label }) => [
				`${label}, ${name}`,
				...others.map((host) => factor(pairedRatio(bursts.newest[node], bursts[host][node]))),
			]),
		),
		'',
		`Processor time that n8n spends on a callback, by that of ${hosts.newest.label} as it comes. Unlike the rates it hardly depends on what else the machine does.`,
		'',
		table(
			['', ...others.map((name) => hosts[name].label)],
			rows.map(({ name, hosts: bursts, node, label }) => [
				`${label}, ${name}`,
				...others.map((host) => factor(cpu(bursts[host][node]) / cpu(bursts.newest[node]))),
			]),
		),
		'',
		WHAT,
		'',
		'![Callbacks per second](versions.svg)',
		'',
		'## Figures',
		'',
		table(
			['', 'Callbacks per second', 'Answered per second', 'CPU of n8n for each', 'Callbacks'],
			rows.flatMap(({ name, count, hosts: bursts, node, label }) =>
				names.map((host) => {
					const its = bursts[host][node];
					return [
						`${label}, ${name}: ${hosts[host].label}`,
						rate(its, count, 'endedMs'),
						rate(its, count, 'answeredMs'),
						duration(cpu(its)),
						`${its.length} × ${count}`,
					];
				}),
			),
		),
		'',
	].join('\n');
	const svg = barChart(
		'Callbacks per second',
		rows.map(({ name, count, hosts: bursts, node, label }) => ({
			name: `${label}, ${name}`,
			bars: names.map((host) => {
				const text = rate(bursts[host][node], count, 'endedMs');
				return { label: hosts[host].label, value: Number(text), text };
			}),
		})),
	);
	return { markdown, charts: { 'versions.svg': svg } };
}

function rate(bursts: MeasuredBurst[], count: number, figure: 'answeredMs' | 'endedMs'): string {
	return (count / (median(bursts.map((burst) => burst[figure])) / 1000)).toFixed(1);
}

function cpu(bursts: MeasuredBurst[]): number {
	return median(bursts.map(({ cpuMs }) => cpuMs));
}

/** Rounds are compared one by one: what slows the machine down for a while hits both alike. */
function pairedRatio(usual: MeasuredBurst[], other: MeasuredBurst[]): number {
	return median(other.map(({ endedMs }, round) => usual[round].endedMs / endedMs));
}
