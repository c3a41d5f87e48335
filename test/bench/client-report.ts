import { barChart } from './chart.ts';
import { duration, factor, machine, mebibytes, median, table } from './figures.ts';
import type { Run } from './node-run.ts';

type Protocols = Record<'http1' | 'http2' | 'http2Spread', number>;

/** Everything that is measured of the client without n8n. */
export interface ClientFigures {
	/** Runs by round trip time. */
	calls: Map<number, Record<'runflow' | 'undici', Run[]>>;
	sweep: Array<{ concurrency: number; ms: Protocols; cpuMs: Protocols }>;
	callbacks: Array<{ bytes: number; runflowMs: number; aloneMs: number }>;
	loadTimes: Map<string, number>;
	packageBytes: number;
	split: { callback: number; rows: number };
}

/** The report and its charts. */
export function clientReport(figures: ClientFigures) {
	const { calls, sweep, callbacks, loadTimes, packageBytes, split } = figures;
	const markdown = [
		'# The client without n8n',
		'',
		'The client of the built package in a plain Node process. The emulator answers from another process over TLS, behind a proxy that delays every piece and every connection. Contestants take turns, each time over fresh connections; the figures are medians.',
		'',
		`Made by \`npm run bench client\`. ${machine()}`,
		'',
		'## 200 Get Batch calls, 16 at a time',
		'',
		'Next to bare undici with as many connections, which sends the same requests and parses the answers. Bar: at most 1.25 times its time at 20 ms.',
		'',
		table(
			[
				'Round trip',
				'Time: ratio',
				'Client',
				'Bare undici',
				'CPU per call: ratio',
				'Client',
				'Bare undici',
				'Connections',
				'Requests',
			],
			[...calls].map(([roundTripMs, { runflow, undici }]) => {
				const ratio = (figure: 'ms' | 'cpuMs') =>
					factor(middle(runflow, figure) / middle(undici, figure));
				const per = (runs: Run[]) => duration(middle(runs, 'cpuMs') / middle(runs, 'requests'));
				return [
					`${roundTripMs} ms`,
					ratio('ms'),
					duration(middle(runflow, 'ms')),
					duration(middle(undici, 'ms')),
					ratio('cpuMs'),
					per(runflow),
					per(undici),
					`${middle(runflow, 'connections')} and ${middle(undici, 'connections')}`,
					`${middle(runflow, 'requests')} and ${middle(undici, 'requests')}`,
				];
			}),
		),
		'',
		'## How many at a time, and over which protocol',
		'',
		'200 requests by bare undici at 20 ms round trip, to a server that knows both protocols: HTTP/1.1 over as many connections as requests at a time, HTTP/2 over one connection, HTTP/2 over as many connections as requests at a time.',
		'',
		table(
			[
				'At a time',
				'HTTP/1.1',
				'HTTP/2, one connection',
				'HTTP/2, several',
				'CPU: HTTP/1.1',
				'CPU: HTTP/2, one',
				'CPU: HTTP/2, several',
			],
			sweep.map(({ concurrency, ms, cpuMs }) => [
				String(concurrency),
				...[ms, cpuMs].flatMap((of) =>
					[of.http1, of.http2, of.http2Spread].map((value) => duration(value)),
				),
			]),
		),
		'',
		'![Time by requests at a time](client.svg)',
		'',
		'**Choice.** 16 requests at a time (`CONCURRENCY`), HTTP/1.1, and a pool of 64 connections for each origin (`CONNECTIONS_PER_ORIGIN`). Up to 16 every doubling nearly halves the time; from there on it gains less and less, while every connection costs a TLS handshake on both sides and a fast burst is what a rate limit answers with 429. Whoever has a long list and a generous limit raises Concurrent Requests; the pool holds as many connections as that option allows, and opens no more than there are requests under way. HTTP/2 is no faster at 16 but would halve the processor time, because one handshake does for all. It stays off for now: all requests of a process would break together with one connection, and whether Runflow’s gateway speaks it is not documented.',
		'',
		'## Verify and parse a callback',
		'',
		'Signature and the whole reading, next to HMAC-SHA256 and `JSON.parse` of the same bytes. Bar: at most 1.5 times at 1 MB.',
		'',
		table(
			['Callback', 'Ratio', 'Client', 'HMAC and JSON.parse'],
			callbacks.map(({ bytes, runflowMs, aloneMs }) => [
				size(bytes),
				factor(runflowMs / aloneMs),
				`${runflowMs.toFixed(3)} ms`,
				`${aloneMs.toFixed(3)} ms`,
			]),
		),
		'',
		'## Loading, size, memory',
		'',
		table(
			['', ''],
			[
				...[...loadTimes].map(([file, ms]) => [
					`\`require\` of ${file} in a fresh process`,
					duration(ms),
				]),
				['`dist` unpacked', `${(packageBytes / 1024).toFixed(0)} KiB`],
				['Heap of a parsed callback of 10 MB with 100 rows', mebibytes(split.callback)],
				[
					'Heap that its rows as items take beside it',
					split.rows < 102_400 ? 'less than 100 KiB' : mebibytes(split.rows),
				],
			],
		),
		'',
	].join('\n');
	return { markdown, charts: { 'client.svg': chart(sweep) } };
}

const middle = (runs: Run[], figure: keyof Run) => median(runs.map((run) => run[figure]));

function size(bytes: number): string {
	return bytes >= 1_048_576 ? `${bytes / 1_048_576} MB` : `${bytes / 1_024} KB`;
}

function chart(sweep: ClientFigures['sweep']): string {
	return barChart(
		'200 requests, 20 ms round trip, by requests at a time',
		sweep.map(({ concurrency, ms }) => ({
			name: `${concurrency} at a time`,
			bars: [
				{ label: 'HTTP/1.1', value: ms.http1, text: duration(ms.http1) },
				{ label: 'HTTP/2, one connection', value: ms.http2, text: duration(ms.http2) },
				{ label: 'HTTP/2, several', value: ms.http2Spread, text: duration(ms.http2Spread) },
			],
		})),
	);
}
