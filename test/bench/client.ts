// The client of the package without n8n: next to bare undici, and next to HMAC and JSON.parse.
import { startEmulator } from '../emulator/emulator.ts';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { makeCertificate } from './certificate.ts';
import { startClientProcess, type ClientProcess } from './client-process.ts';
import type { LoadRequest } from './client-tasks.ts';
import { clientReport, type ClientFigures } from './client-report.ts';
import { startDelayProxy } from './delay-proxy.ts';
import { median, quick } from './figures.ts';
import { startFixedServer } from './fixed-server.ts';
import { loadTimes, sizeOf } from './load-time.ts';
import { runBeside, type Run } from './node-run.ts';
import { publish } from './report.ts';
import { finishedBatches } from './workloads.ts';
import { join } from 'node:path';

const CALLS = 200;
const CONCURRENCY = 16;
const ROUNDS = quick ? 3 : 15;
const SWEEP_ROUNDS = quick ? 1 : 5;
const SWEEP = [1, 2, 4, 8, 16, 32, 64];
const SIZES: Array<[bytes: number, repeats: number]> = [
	[1_024, 2_000],
	[102_400, 200],
	[1_048_576, 20],
	[5_242_880, 4],
];

/** Takes about two minutes. */
export async function run(): Promise<void> {
	const certificate = makeCertificate();
	setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
	const client = await startClientProcess(certificate.path);
	try {
		const { calls, sweep } = await overTheWire(client, certificate);
		const figures: ClientFigures = {
			calls,
			sweep,
			callbacks: await callbacks(client),
			loadTimes: loadTimes(client.folder),
			packageBytes: sizeOf(join(client.folder, 'dist')),
			split: await client.run('splitMemory', 10_485_760),
		};
		const { markdown, charts } = clientReport(figures);
		await publish('bench/client', markdown, charts);
	} finally {
		client.stop();
		certificate.remove();
	}
}

async function overTheWire(client: ClientProcess, certificate: { key: string; cert: string }) {
	const emulator = await startEmulator({ tls: certificate, recordRequests: false });
	const ids = await finishedBatches({ emulator }, 50, 1);
	const batchIds = Array.from({ length: CALLS }, (_, index) => ids[index % ids.length]);
	const requests = batchIds.map((id): LoadRequest => ({
		method: 'GET',
		path: `/v1/batches/${id}`,
	}));
	const answer = await fetch(emulator.url + requests[0].path, {
		headers: { authorization: `Bearer ${emulator.apiKey}` },
	});
	const fixed = await startFixedServer(certificate, Buffer.from(await answer.arrayBuffer()));
	const proxies = [
		await startDelayProxy(emulator.port, 20),
		await startDelayProxy(emulator.port, 0),
		await startDelayProxy(fixed.port, 20),
	];
	const { apiKey } = emulator;
	const load = (port: number, concurrency: number) => ({
		origin: `https://127.0.0.1:${port}`,
		apiKey,
		requests,
		batchIds,
		concurrency,
	});
	const calls: ClientFigures['calls'] = new Map();
	const sweep: ClientFigures['sweep'] = [];
	try {
		for (const [proxy, roundTripMs] of [
			[proxies[0], 20],
			[proxies[1], 0],
		] as const) {
			const runs: Record<'runflow' | 'undici', Run[]> = { runflow: [], undici: [] };
			for (let round = -3; round < ROUNDS; round++) {
				for (const name of ['runflow', 'undici'] as const) {
					const task = async () => await client.run(name, load(proxy.port, CONCURRENCY));
					const measured = await runBeside({ emulator }, { proxy }, task);
					if (round >= 0) runs[name].push(measured);
				}
			}
			calls.set(roundTripMs, runs);
		}
		const proxy = proxies[2];
		for (const concurrency of SWEEP) {
			const times: Record<'http1' | 'http2' | 'http2Spread', number[]> = {
				http1: [],
				http2: [],
				http2Spread: [],
			};
			const cpu: typeof times = { http1: [], http2: [], http2Spread: [] };
			for (let round = 0; round < SWEEP_ROUNDS; round++) {
				for (const [name, more] of [
					['http1', {}],
					['http2', { http2: true, connections: 1 }],
					['http2Spread', { http2: true }],
				] as const) {
					const task = async () =>
						await client.run('undici', { ...load(proxy.port, concurrency), ...more });
					const measured = await runBeside({ emulator }, { proxy }, task);
					times[name].push(measured.ms);
					cpu[name].push(measured.cpuMs);
				}
			}
			const middle = (of: typeof times) => ({
				http1: median(of.http1),
				http2: median(of.http2),
				http2Spread: median(of.http2Spread),
			});
			sweep.push({ concurrency, ms: middle(times), cpuMs: middle(cpu) });
		}
	} finally {
		for (const proxy of proxies) await proxy.close();
		await fixed.close();
		await emulator.close();
	}
	return { calls, sweep };
}

async function callbacks(client: ClientProcess): Promise<ClientFigures['callbacks']> {
	const figures: ClientFigures['callbacks'] = [];
	for (const [bytes, repeats] of SIZES) {
		const times = { runflow: [] as number[], alone: [] as number[] };
		for (let round = -2; round < ROUNDS; round++) {
			const runflow = await client.run('readCallback', { bytes, repeats });
			const alone = await client.run('parseAlone', { bytes, repeats });
			if (round < 0) continue;
			times.runflow.push(runflow);
			times.alone.push(alone);
		}
		figures.push({ bytes, runflowMs: median(times.runflow), aloneMs: median(times.alone) });
	}
	return figures;
}
