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
	httpRequest: 'HTTP Request node',
	rival: 'Loop over the helper',
	undici: 'Bare undici',
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
		'How long a node takes in n8n (the `executionTime` that n8n itself notes), for this package, for n8n’s HTTP Request node with its default settings, and for a community node that loops over `this.helpers.httpRequest` ([the whole of it](../../test/bench/rival/Rival.node.js)), in the same n8n; and for bare undici, 16 requests at a time over 16 connections, in a plain Node process beside it. The emulator answers over TLS, 20 ms away through a proxy that delays every piece and every connection, and without delay. Every run starts without open connections. All take turns; the figures are medians.',
		'',
		`Made by \`npm run bench requests\`. ${machine()}`,
		'',
		'## Ratios',
		'',
		'How many times as long, and as much processor time, as this package takes: above 1 this package is ahead.',
		'',
		ratios(measured),
		'',
		'Bars: at 20 ms and 200 items at least 20 times faster than the loop over the helper; at most a quarter of its processor time for each call, which the line without an expression shows by itself. Bare undici is ahead inside n8n because n8n evaluates the expression of every item, which takes it about 0.9 ms of processor time each, for this package as for the others; the client by itself is next to bare undici in [client.md](client.md). The same holds for creation from rows: of its processor time more than nine tenths are n8n’s evaluation of the rows’ expression.',
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
			ratio('httpRequest', 'ms'),
			ratio('rival', 'ms'),
			ratio('undici', 'ms'),
			ratio('httpRequest', 'cpuMs'),
			ratio('rival', 'cpuMs'),
		];
	});
	const heads = ['HTTP Request: time', 'Loop: time', 'undici: time'];
	return table(['', ...heads, 'HTTP Request: CPU', 'Loop: CPU'], rows);
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
