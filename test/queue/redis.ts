import { debianPrograms } from './debian-programs.ts';
import { Service } from './service.ts';

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
}
