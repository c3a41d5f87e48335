import { createRequire } from 'node:module';
import { join } from 'node:path';

import { debianPrograms } from './debian-programs.ts';
import { Service } from './service.ts';

interface Client {
	call(command: string, ...args: string[]): Promise<unknown>;
	disconnect(): void;
}

/** Far longer than anything that happens while nothing may be written. */
const PAUSE_MS = 60_000;

/** A Redis of the test's own, which keeps nothing on disk. */
export class Redis {
	private readonly service: Service;

	constructor(port: number) {
		this.service = new Service('redis', port);
	}

	async start(): Promise<void> {
		await this.service.start(debianPrograms().redis, [
			...['--bind', '127.0.0.1', '--port', String(this.service.port)],
			...['--save', '', '--appendonly', 'no', '--dir', this.service.folder],
		]);
	}

	async stop(): Promise<void> {
		await this.service.stop();
	}

	/** What n8n needs to find it. */
	get environment(): Record<string, string> {
		return {
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(this.service.port),
		};
	}

	/** How many of n8n's jobs are queued or at work. */
	async jobs(n8nHome: string): Promise<number> {
		return await this.asking(n8nHome, async (client) => {
			const lengths = await Promise.all(
				['wait', 'active'].map(async (list) => await client.call('LLEN', `bull:jobs:${list}`)),
			);
			return lengths.reduce((sum: number, length) => sum + Number(length), 0);
		});
	}

	/** Holds back everything that would write, a new job above all, while something is done; reads go on. */
	async whileNothingIsWritten<T>(n8nHome: string, work: () => Promise<T>): Promise<T> {
		return await this.asking(n8nHome, async (client) => {
			await client.call('CLIENT', 'PAUSE', String(PAUSE_MS), 'WRITE');
			try {
				return await work();
			} finally {
				await client.call('CLIENT', 'UNPAUSE');
			}
		});
	}

	/** Talks to it through the client that n8n brings with it. */
	private async asking<T>(n8nHome: string, ask: (client: Client) => Promise<T>): Promise<T> {
		const require = createRequire(join(n8nHome, 'node_modules', 'n8n', 'package.json'));
		const { Redis: IoRedis } = require('ioredis') as { Redis: new (port: number) => Client };
		const client = new IoRedis(this.service.port);
		try {
			return await ask(client);
		} finally {
			client.disconnect();
		}
	}
}
