// Runs beside a benchmark, in a process of its own, so that what it sends costs the emulator nothing:
// tasks come in as messages, results go back. Argument: the folder of the unpacked package.
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Agent, request } from 'undici';

import type * as Client from '../../nodes/Runflow/runflow/index.ts';
import type * as OnUndici from '../../editions/undici/index.ts';
import { signedCallback } from './callback-bodies.ts';
import type { LoadCost, Tasks } from './client-tasks.ts';

const SECRET = 'whsec_benchmark';
const require = createRequire(import.meta.url);
const folder = join(process.argv[2], 'dist', 'nodes', 'Runflow', 'runflow');
const runflow = require(join(folder, 'index.js')) as typeof Client;
const adapter = require(join(folder, '..', 'host', 'adapter', 'index.js')) as typeof OnUndici;

const tasks: {
	[Name in keyof Tasks]: (load: Tasks[Name]['load']) => Promise<Tasks[Name]['result']>;
} = {
	runflow: async (load) => {
		const api = new runflow.Api({
			transport: new adapter.UndiciTransport(),
			clock: adapter.clock,
			baseUrl: load.origin,
			apiKey: load.apiKey,
			userAgent: 'n8n-nodes-runflow',
			gate: runflow.rateLimitGate([load.origin, load.apiKey]),
		});
		return await timed(load.batchIds, load.concurrency, async (id) => {
			await runflow.getBatch(api, id);
		});
	},

	undici: async (load) => {
		const { origin, apiKey, requests, concurrency, connections = concurrency } = load;
		const dispatcher = new Agent({ connections, allowH2: load.http2 ?? false });
		const cost = await timed(requests, concurrency, async ({ method, path, body, answers }) => {
			const answer = await request(origin + path, {
				dispatcher,
				method,
				headers: {
					authorization: `Bearer ${apiKey}`,
					...(body === undefined ? {} : { 'content-type': 'application/json' }),
				},
				body,
			});
			await answer.body.json();
			const isRight = answers ? answer.statusCode === answers : answer.statusCode < 300;
			if (!isRight) throw new Error(`answered ${answer.statusCode}`);
		});
		await dispatcher.destroy();
		return cost;
	},

	readCallback: async ({ bytes, repeats }) => {
		const { body, signature } = signedCallback(bytes, SECRET);
		return each(repeats, () => {
			const verified = runflow.verifySignature(body, signature, [SECRET]);
			if (!verified.valid || !runflow.readCallback(body).valid) throw new Error('refused');
		});
	},

	parseAlone: async ({ bytes, repeats }) => {
		const { body } = signedCallback(bytes, SECRET);
		return each(repeats, () => {
			createHmac('sha256', SECRET).update(body).digest();
			JSON.parse(body.toString('utf8'));
		});
	},

	splitMemory: async (bytes) => {
		const { body, batchId } = signedCallback(bytes, SECRET);
		const before = heap();
		const callback = JSON.parse(body.toString('utf8')) as { output: Record<string, unknown> };
		const parsed = heap();
		const rows = runflow.rowsOfList(batchId, callback.output.items);
		const split = heap();
		if (rows.length !== callback.output.total) throw new Error('rows are missing');
		return { callback: parsed - before, rows: split - parsed };
	},
};

/** Works on all entries, so many at the same time. */
async function timed<T>(
	entries: readonly T[],
	concurrency: number,
	work: (entry: T) => Promise<void>,
): Promise<LoadCost> {
	let next = 0;
	const worker = async () => {
		while (next < entries.length) await work(entries[next++]);
	};
	const [started, cpu] = [performance.now(), process.cpuUsage()];
	await Promise.all(Array.from({ length: concurrency }, worker));
	const { user, system } = process.cpuUsage(cpu);
	return { ms: performance.now() - started, cpuMs: (user + system) / 1000 };
}

function each(repeats: number, work: () => void): number {
	const started = performance.now();
	for (let i = 0; i < repeats; i++) work();
	return (performance.now() - started) / repeats;
}

function heap(): number {
	global.gc?.();
	return process.memoryUsage().heapUsed;
}

process.on('message', ({ id, name, load }: { id: number; name: keyof Tasks; load: unknown }) => {
	const task = tasks[name] as (load: unknown) => Promise<unknown>;
	void task(load).then(
		(result) => process.send?.({ id, result }),
		(error: Error) => process.send?.({ id, error: error.stack }),
	);
});
process.on('disconnect', () => process.exit());
