import { randomBytes } from 'node:crypto';

import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { installN8n, packPackage, startN8n, type Log, type N8n } from '../n8n/index.ts';
import { freePorts } from '../n8n/free-port.ts';
import { root, type Stage } from '../stage/stage.ts';
import { Part } from './part.ts';
import { Postgres } from './postgres.ts';
import { Redis } from './redis.ts';
import { RoundRobinProxy } from './round-robin-proxy.ts';

/** A Runflow and an n8n in queue mode: one main, two webhook processes behind a proxy, two workers. */
export interface QueueStage extends Stage {
	webhooks: Part[];
	workers: Part[];
	proxy: RoundRobinProxy;
	postgres: Postgres;
	/** Rows of n8n's database. */
	query(sql: string, values?: unknown[]): Promise<Array<Record<string, unknown>>>;
	/** How many executions are queued or at work. */
	jobs(): Promise<number>;
	/** Does something while nothing can be queued. */
	whileNothingIsQueued<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Bull calls a job stalled when its worker has not renewed the lock. n8n's defaults are 60, 10 and
 * 30 seconds; shorter ones change how soon a killed worker is noticed, not what happens then.
 */
const NOTICE_SOON = {
	QUEUE_WORKER_LOCK_DURATION: '10000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

/** Starts everything; whatever fails, nothing is left running. */
export async function startQueueStage(log: Log): Promise<QueueStage> {
	const undo: Array<() => Promise<unknown>> = [];
	const close = async () => {
		for (const step of undo.splice(0).reverse()) await step();
	};
	try {
		return await build(log, undo, close);
	} catch (error) {
		await close();
		throw error;
	}
}

async function build(
	log: Log,
	undo: Array<() => Promise<unknown>>,
	close: () => Promise<void>,
): Promise<QueueStage> {
	const [postgresPort, redisPort, proxyPort] = await freePorts(3);
	const postgres = new Postgres(postgresPort);
	undo.push(async () => await postgres.stop());
	await postgres.start();
	const redis = new Redis(redisPort);
	undo.push(async () => await redis.stop());
	await redis.start();
	log(`PostgreSQL on ${postgresPort}, Redis on ${redisPort}`);
	const [installation, tarball] = [await installN8n(log), await packPackage(root, log)];
	const emulator = await startEmulator({ recordRequests: true, callbackTimeoutMs: 20_000 });
	undo.push(async () => await emulator.close());
	const env = {
		...postgres.environment,
		...redis.environment,
		...NOTICE_SOON,
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex'),
		N8N_WEBHOOK_URL: `http://127.0.0.1:${proxyPort}/`,
	};
	// The main process migrates the empty database before the others look at it.
	const n8n = await startN8n({ tarball, env, log });
	undo.push(async () => await n8n.stop());
	const part = async (name: string, command: 'webhook' | 'worker') => {
		const made = await Part.prepare(name, command, { installation, env, tarball });
		undo.push(async () => await made.stop());
		await made.start();
		log(`${name} is ready`);
		return made;
	};
	const webhooks = [await part('webhook-1', 'webhook'), await part('webhook-2', 'webhook')];
	const workers = [await part('worker-1', 'worker'), await part('worker-2', 'worker')];
	const proxy = new RoundRobinProxy(webhooks);
	undo.push(async () => await proxy.close());
	await proxy.listen(proxyPort);
	return {
		emulator,
		n8n,
		webhooks,
		workers,
		proxy,
		postgres,
		credential: await credentialFor(n8n, emulator),
		query: async (sql, values) => await postgres.query(installation.home, sql, values),
		jobs: async () => await redis.jobs(installation.home),
		whileNothingIsQueued: async (work) =>
			await redis.whileNothingIsWritten(installation.home, work),
		close,
	};
}

async function credentialFor(n8n: N8n, emulator: Emulator): Promise<Stage['credential']> {
	const { id, name } = await n8n.createCredential({
		name: 'Runflow (emulator)',
		type: 'runflowApi',
		data: {
			apiKey: emulator.apiKey,
			baseUrl: emulator.url,
			callbackSecret: emulator.callbackSecret ?? '',
		},
	});
	return { runflowApi: { id, name } };
}
