import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { packPackage, unpackInto } from '../n8n/index.ts';
import { root, startStage, type Stage } from '../stage/stage.ts';
import { makeCertificate } from './certificate.ts';
import { startClientProcess, type ClientProcess } from './client-process.ts';
import { startDelayProxy, type DelayProxy } from './delay-proxy.ts';
import { ProcessWatch } from './process-watch.ts';

/** A way to the emulator over TLS, with credentials for it. */
export interface Line {
	roundTripMs: number;
	proxy: DelayProxy;
	origin: string;
	credentials: {
		runflowApi: { id: string; name: string };
		httpHeaderAuth: { id: string; name: string };
	};
}

/** A real n8n with the packages of both editions and the rival, an emulator over TLS, and ways between them. */
export interface BenchStage extends Stage {
	lines: Line[];
	/** Sends from a process of its own, without n8n. */
	client: ClientProcess;
	watch: ProcessWatch;
}

/** Starts all of it, with a line for each round trip time. */
export async function startBenchStage(roundTripsMs: number[]): Promise<BenchStage> {
	const certificate = makeCertificate();
	setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
	const userFolder = mkdtempSync(join(tmpdir(), 'bench-n8n-'));
	cpSync(
		join(import.meta.dirname, 'rival'),
		join(userFolder, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-rival'),
		{ recursive: true },
	);
	const log = (line: string) => console.error(line);
	await unpackInto(userFolder, await packPackage(root, log, 'lite'));
	const client = await startClientProcess(certificate.path);
	const stage = await startStage({
		log,
		emulator: { tls: certificate, recordRequests: false, callbackTimeoutMs: 60_000 },
		n8n: { userFolder, env: { NODE_EXTRA_CA_CERTS: certificate.path } },
	});
	const watch = new ProcessWatch(stage.n8n.pid);
	const lines: Line[] = [];
	for (const roundTripMs of roundTripsMs) lines.push(await line(stage, roundTripMs));
	return {
		...stage,
		lines,
		client,
		watch,
		close: async () => {
			watch.stop();
			client.stop();
			for (const { proxy } of lines) await proxy.close();
			await stage.close();
			certificate.remove();
			rmSync(userFolder, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

async function line({ emulator, n8n }: Stage, roundTripMs: number): Promise<Line> {
	const proxy = await startDelayProxy(emulator.port, roundTripMs);
	const origin = `https://127.0.0.1:${proxy.port}`;
	const reference = async (type: string, data: Record<string, unknown>) => {
		const { id, name } = await n8n.createCredential({ name: `${type} ${origin}`, type, data });
		return { id, name };
	};
	return {
		roundTripMs,
		proxy,
		origin,
		credentials: {
			runflowApi: await reference('runflowApi', { apiKey: emulator.apiKey, baseUrl: origin }),
			httpHeaderAuth: await reference('httpHeaderAuth', {
				name: 'Authorization',
				value: `Bearer ${emulator.apiKey}`,
			}),
		},
	};
}
