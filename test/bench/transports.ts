// What the two editions' transports cost without n8n around them, next to n8n's helper driven by hand.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import type * as OnUndici from '../../editions/undici/index.ts';
import type * as OnHelper from '../../nodes/Runflow/host/adapter/index.ts';
import type * as Client from '../../nodes/Runflow/runflow/index.ts';
import { createBatch } from '../emulator/apiClient.ts';
import { startEmulator } from '../emulator/emulator.ts';
import { httpRequest } from '../fakes/httpRequest.ts';
import { packPackage, PACKAGES, type EditionName } from '../n8n/index.ts';
import { root } from '../stage/stage.ts';
import { makeCertificate } from './certificate.ts';
import { startDelayProxy } from './delay-proxy.ts';
import { duration, machine, median, quick, table } from './figures.ts';
import { publish } from './report.ts';

const CALLS = 200;
const AT_ONCE = 16;
const ROUND_TRIP_MS = 20;
const ROUNDS = quick ? 2 : 9;
/** How many times what the helper takes by hand. */
const MOST = 1.5;

type Contestant = () => Promise<unknown>;

/** Takes half a minute, and needs no n8n. */
export async function run(): Promise<void> {
	for (const edition of ['undici', 'lite'] as const)
		await packPackage(root, console.error, edition);
	const certificate = makeCertificate();
	setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
	const emulator = await startEmulator({ tls: certificate, recordRequests: false });
	const batchId = await createBatch(emulator, [{ prompt: 'a' }]);
	await emulator.settled();
	const proxy = await startDelayProxy(emulator.port, ROUND_TRIP_MS);
	try {
		const origin = `https://127.0.0.1:${proxy.port}`;
		const authorization = `Bearer ${emulator.apiKey}`;
		const contestants: Record<string, Contestant> = {
			'n8n-nodes-runflow': ours('undici', origin, emulator.apiKey, batchId),
			'n8n-nodes-runflow-lite': ours('lite', origin, emulator.apiKey, batchId),
			'n8n’s helper by hand': async () =>
				await httpRequest({
					url: `${origin}/v1/batches/${batchId}`,
					headers: { authorization },
					json: true,
				}),
		};
		const costs = new Map<string, Cost[]>(Object.keys(contestants).map((name) => [name, []]));
		for (let round = 0; round <= ROUNDS; round++) {
			for (const [name, ask] of Object.entries(contestants)) {
				const cost = await costOf(ask);
				// The first round warms up.
				if (round > 0) costs.get(name)!.push(cost);
			}
		}
		await publish('bench/transports', report(costs));
	} finally {
		await proxy.close();
		await emulator.close();
		certificate.remove();
	}
}

/** A call as a package makes it: its client on its transport, as built. */
function ours(edition: EditionName, baseUrl: string, apiKey: string, batchId: string): Contestant {
	const built = join(root, PACKAGES[edition].folder, 'dist', 'nodes', 'Runflow');
	const require = createRequire(join(built, 'Runflow.node.js'));
	const client = require('./runflow') as typeof Client;
	const adapter = require('./host/adapter') as typeof OnUndici | typeof OnHelper;
	const policy = { pool: {}, check: async () => {} };
	const transport = adapter.transport({ helpers: { httpRequest } }, policy);
	const api = new client.Api({ transport, clock: adapter.clock, baseUrl, apiKey });
	return async () => await client.getBatch(api, batchId);
}

interface Cost {
	ms: number;
	cpuMs: number;
}

async function costOf(ask: Contestant): Promise<Cost> {
	let asked = 0;
	const loop = async () => {
		while (asked++ < CALLS) await ask();
	};
	const [began, cpu] = [performance.now(), process.cpuUsage()];
	await Promise.all(Array.from({ length: AT_ONCE }, loop));
	const { user, system } = process.cpuUsage(cpu);
	return { ms: performance.now() - began, cpuMs: (user + system) / 1000 };
}

function report(costs: Map<string, Cost[]>): string {
	const middle = (name: string, figure: keyof Cost) =>
		median(costs.get(name)!.map((cost) => cost[figure]));
	const byHand = [...costs.keys()].at(-1)!;
	const ratio = middle('n8n-nodes-runflow-lite', 'ms') / middle(byHand, 'ms');
	return [
		'# Transports',
		'',
		`${CALLS} calls, ${AT_ONCE} at a time, to an emulator over TLS with a round trip of ${ROUND_TRIP_MS} ms, in one process without n8n. All take turns; medians of ${ROUNDS} rounds. Processor time includes the emulator’s, which is in the same process.`,
		'',
		`Made by \`npm run bench transports\`. ${machine()}`,
		'',
		table(
			['', 'Time', 'CPU', `Time next to ${byHand}`],
			[...costs.keys()].map((name) => [
				name,
				duration(middle(name, 'ms')),
				duration(middle(name, 'cpuMs')),
				(middle(name, 'ms') / middle(byHand, 'ms')).toFixed(2),
			]),
		),
		'',
		`The lite edition may take ${MOST} times as long as the helper by hand; it takes ${ratio.toFixed(2)} times.`,
		'',
	].join('\n');
}
