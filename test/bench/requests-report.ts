import { barChart } from './chart.ts';
import { duration, factor, machine, mebibytes, median, table } from './figures.ts';
import type { Run } from './node-run.ts';

/** A workload over one line, with the runs of everybody who took part. */
export interface Measured {
	name: string;
	requests: number;
	roundTripMs: number;
	runs: Map<string, Run[]>;
}

const NAMES: Record<string, string> = {
	runflow: 'Runflow',
	lite: 'Runflow, lite edition',
	httpRequest: 'HTTP Request node',
	rival: 'Loop over the helper',
	atOnce: 'Helper, 16 at a time',
	undici: 'Bare undici',
	editFields: 'Edit Fields, which sends nothing',
};

const middle = (runs: Run[] | undefined, figure: keyof Run) =>
	runs?.length ? median(runs.map((run) => run[figure])) : NaN;

/** The report and its charts: ratios first, then what they are made of. */
export function requestsReport(measured: Measured[]) {
	const charts = Object.fromEntries(
		[...new Set(measured.map(({ roundTripMs }) => roundTripMs))].map((roundTripMs) => [
			`requests-${roundTripMs}ms.svg`,
			chart(measured.filter((each) => each.roundTripMs === roundTripMs)),
		]),
	);
	const markdown = [
		'# Requests through n8n',
		'',
		'How long a node takes in n8n (the `executionTime` that n8n itself notes), for this package, for its [lite edition](../verification.md), for n8n’s HTTP Request node with its default settings, and for a community node that calls `this.helpers.httpRequest`, in a loop or 16 times at once ([the whole of it](../../test/bench/rival/Rival.node.js)), in the same n8n; for creation from expressions also for n8n’s Edit Fields node, which evaluates the same expressions and sends nothing; and for bare undici, 16 requests at a time over 16 connections, in a plain Node process beside it. The emulator answers over TLS, 20 ms away through a proxy that delays every piece and every connection, and without delay. Every run starts without open connections. All take turns; the figures are medians.',
		'',
		`Made by \`npm run bench requests\`. ${machine()}`,
		'',
		'## Ratios',
		'',
		'How many times as long, and as much processor time, as this package takes: above 1 this package is ahead.',
		'',
		ratios(measured),
		'',
		'References such as `{{ $json.id }}` the node reads from the item itself, so that these runs need no expression engine. The others evaluate each of them in n8n’s, and so does the node with any other expression (“one expression”).',
		'',
		'## Bars',
		'',
		bars(measured),
		'',
		...Object.keys(charts).flatMap((file) => [`![Time by contestant](${file})`, '']),
		'## Figures',
		'',
		'Processor time is that of the whole n8n process while the node ran (of the sending process for bare undici), in steps of 10 ms. Peak memory is that of the whole n8n process.',
		'',
		figures(measured),
		'',
	].join('\n');
	return { markdown, charts };
}

function ratios(measured: Measured[]): string {
	const rows = measured.map(({ name, roundTripMs, runs }) => {
		const ratio = (other: string, figure: keyof Run) => {
			const value = middle(runs.get(other), figure) / middle(runs.get('runflow'), figure);
			return Number.isFinite(value) ? factor(value) : '–';
		};
		return [
			`${name}, ${roundTripMs} ms`,
			ratio('lite', 'ms'),
			ratio('httpRequest', 'ms'),
			ratio('atOnce', 'ms'),
			ratio('rival', 'ms'),
			ratio('undici', 'ms'),
			ratio('editFields', 'ms'),
			ratio('httpRequest', 'cpuMs'),
			ratio('rival', 'cpuMs'),
		];
	});
	const others = ['Lite', 'HTTP Request', 'Helper, 16 at a time', 'Loop', 'undici', 'Edit Fields'];
	const heads = others.map((other) => `${other}: time`);
	return table(['', ...heads, 'HTTP Request: CPU', 'Loop: CPU'], rows);
}

interface Bar {
	/** Whose it is, where not this package's. */
	of?: string;
	/** The beginning of a workload's name. */
	workload: RegExp;
	roundTripMs: number;
	other: string;
	figure: 'ms' | 'cpuMs';
	/** How many times what the other takes, at most. */
	most: number;
}

const BARS: Bar[] = [
	{ workload: /^Get, 200 items$/, roundTripMs: 20, other: 'rival', figure: 'ms', most: 1 / 20 },
	{ workload: /^Get, 200 items$/, roundTripMs: 20, other: 'rival', figure: 'cpuMs', most: 1 / 4 },
	{
		of: 'lite',
		workload: /^Get, 200 items$/,
		roundTripMs: 20,
		other: 'atOnce',
		figure: 'ms',
		most: 1.5,
	},
	{ workload: /^Get, 2000 items$/, roundTripMs: 0, other: 'undici', figure: 'ms', most: 1.5 },
	{ workload: /^Get, 2000 items$/, roundTripMs: 20, other: 'undici', figure: 'ms', most: 1.05 },
	{ workload: /five columns$/, roundTripMs: 20, other: 'editFields', figure: 'ms', most: 0.1 },
	{ workload: /one expression$/, roundTripMs: 20, other: 'editFields', figure: 'ms', most: 1.1 },
];

/** What is to be reached, as parts of what another takes, and what was. */
function bars(measured: Measured[]): string {
	const rows = BARS.flatMap(({ of = 'runflow', workload, roundTripMs, other, figure, most }) => {
		const found = measured.find(
			(each) => workload.test(each.name) && each.roundTripMs === roundTripMs,
		);
		if (!found) return [];
		const own = middle(found.runs.get(of), figure);
		const who = of === 'runflow' ? '' : `${NAMES[of]}: `;
		const unit = figure === 'ms' ? 'time' : 'CPU';
		return [
			[
				`${who}${found.name}, ${roundTripMs} ms: ${unit} next to ${NAMES[other]}`,
				most.toFixed(2),
				(own / middle(found.runs.get(other), figure)).toFixed(2),
			],
		];
	});
	return table(['', 'At most', 'Measured'], rows);
}

function figures(measured: Measured[]): string {
	const rows = measured.flatMap(({ name, roundTripMs, runs, requests }) =>
		[...runs].map(([contestant, its]) => [
			`${name}, ${roundTripMs} ms: ${NAMES[contestant]}`,
			duration(middle(its, 'ms')),
			String(middle(its, 'connections')),
			`${middle(its, 'requests')} of ${requests}`,
			duration(middle(its, 'cpuMs')),
			Number.isNaN(middle(its, 'peakBytes')) ? '–' : mebibytes(middle(its, 'peakBytes')),
			String(its.length),
		]),
	);
	return table(['', 'Time', 'Connections', 'Requests', 'CPU', 'Peak memory', 'Rounds'], rows);
}

function chart(measured: Measured[]): string {
	const [{ roundTripMs }] = measured;
	return barChart(
		`Time of the node, ${roundTripMs} ms round trip`,
		measured.map(({ name, runs }) => ({
			name,
			bars: [...runs].map(([contestant, its]) => ({
				label: NAMES[contestant],
				value: middle(its, 'ms'),
				text: duration(middle(its, 'ms')),
			})),
		})),
	);
}
