import { barChart } from './chart.ts';
import { duration, factor, machine, mebibytes, percentile, table } from './figures.ts';

interface Growth {
	count: number;
	cpuMs: number;
	/** Memory of the n8n process before. */
	idleBytes: number;
	peakBytes: number;
}

/** One run of Create and Wait. */
export interface RowScale extends Growth {
	/** By polling, by itself, or by callbacks that come one after the other or all together. */
	way: 'polling' | 'automatic' | 'spread' | 'together';
	batches: number;
	/** From the start until the execution was parked; 0 for polling, which is not parked. */
	parkedMs: number;
	/** From there until the execution ended. */
	resumedMs: number;
	/** Requests that Runflow got in that time. */
	requests: number;
	/** Callbacks sent, repeats included. */
	attempts: number;
}

/** One burst of callbacks to Runflow Trigger. */
export interface CallbackScale extends Growth {
	answeredMs: number;
	endedMs: number;
	latencies: number[];
}

const WAYS = {
	polling: 'polling',
	automatic: 'Automatic',
	spread: 'callbacks one by one',
	together: 'callbacks all together',
};

/** The report and its chart. */
export function scaleReport(rows: RowScale[], callbacks: CallbackScale[]) {
	const number = (value: number) => value.toLocaleString('en-GB');
	const markdown = [
		'# How cost grows: figures',
		'',
		'One n8n process with SQLite, the emulator beside it without delay. What the figures mean is in [Scale](../scale.md).',
		'',
		`Made by \`npm run bench scale\`. ${machine()}`,
		'',
		'## Create and Wait',
		'',
		'By polling once a second; by Automatic, which waits by callback up to 1,000 rows and polls above that, with batches that end by themselves; by callbacks of batches that end one after the other, each as soon as the callback before it was answered; and by callbacks of batches that all end at the same moment, the worst case.',
		'',
		table(
			[
				'Rows',
				'Batches',
				'Until parked',
				'Until the results',
				'Per row, all in all',
				'Requests while waiting',
				'Callbacks sent',
				'CPU of n8n',
				'Memory before',
				'Peak memory',
			],
			rows.map((row) => [
				`${number(row.count)}, ${WAYS[row.way]}`,
				number(row.batches),
				['polling', 'automatic'].includes(row.way) ? '–' : duration(row.parkedMs),
				duration(row.resumedMs),
				duration((row.parkedMs + row.resumedMs) / row.count),
				number(row.requests),
				number(row.attempts),
				duration(row.cpuMs),
				mebibytes(row.idleBytes),
				mebibytes(row.peakBytes),
			]),
		),
		'',
		...againstPolling(rows),
		'## Runflow Trigger',
		'',
		'Callbacks of 1 KB, 16 at a time, each of which starts an execution that is saved.',
		'',
		table(
			[
				'Callbacks',
				'All answered',
				'All executions ended',
				'Per second',
				'Latency p50',
				'Latency p99',
				'CPU of n8n',
				'Memory before',
				'Peak memory',
			],
			callbacks.map((burst) => [
				number(burst.count),
				duration(burst.answeredMs),
				duration(burst.endedMs),
				(burst.count / (burst.endedMs / 1000)).toFixed(1),
				duration(percentile(burst.latencies, 50)),
				duration(percentile(burst.latencies, 99)),
				duration(burst.cpuMs),
				mebibytes(burst.idleBytes),
				mebibytes(burst.peakBytes),
			]),
		),
		'',
		'![Time by size](scale.svg)',
		'',
	].join('\n');
	const svg = barChart('Time by size', [
		...(Object.keys(WAYS) as Array<RowScale['way']>).map((way) => ({
			name: `Create and Wait, ${WAYS[way]}`,
			bars: rows
				.filter((row) => row.way === way)
				.map(({ count, parkedMs, resumedMs }) => ({
					label: `${number(count)} rows`,
					value: parkedMs + resumedMs,
					text: duration(parkedMs + resumedMs),
				})),
		})),
		{
			name: 'Runflow Trigger, all executions',
			bars: callbacks.map(({ count, endedMs }) => ({
				label: `${number(count)} callbacks`,
				value: endedMs,
				text: duration(endedMs),
			})),
		},
	]);
	return { markdown, charts: { 'scale.svg': svg } };
}

/** How Automatic compares where both were run; the bar is at the most rows. */
function againstPolling(rows: RowScale[]): string[] {
	const msOf = (way: RowScale['way'], count: number) => {
		const row = rows.find((each) => each.way === way && each.count === count);
		return row && row.parkedMs + row.resumedMs;
	};
	const compared = rows.flatMap(({ way, count }) => {
		const [polling, automatic] = [msOf('polling', count), msOf('automatic', count)];
		if (way !== 'automatic' || polling === undefined || automatic === undefined) return [];
		const size = count.toLocaleString('en-GB');
		return [[size, factor(automatic / polling), duration(automatic), duration(polling)]];
	});
	if (compared.length === 0) return [];
	return [
		'Automatic next to polling. Bar: at most 1.5 with 10,000 rows.',
		'',
		table(['Rows', 'Ratio', 'Automatic', 'Polling'], compared),
		'',
	];
}
