import { createRequire } from 'node:module';
import { join } from 'node:path';

import { debianPrograms, unprivilegedUser } from './debian-programs.ts';
import { Service } from './service.ts';

interface Client {
	connect(): Promise<void>;
	query(sql: string, values?: unknown[]): Promise<{ rows: Array<Record<string, unknown>> }>;
	end(): Promise<void>;
}

/** A PostgreSQL of the test's own. Its data are on loopback and for one run: no password, no fsync. */
export class Postgres {
	private readonly service: Service;

	constructor(port: number) {
		this.service = new Service('postgres', port, unprivilegedUser());
	}

	get port(): number {
		return this.service.port;
	}

	async start(): Promise<void> {
		const { initdb, postgres } = debianPrograms();
		const data = join(this.service.folder, 'data');
		const options = [
			'--username=n8n',
			'--auth=trust',
			'--encoding=UTF8',
			'--locale=C',
			'--no-sync',
		];
		await this.service.run(initdb, [`--pgdata=${data}`, ...options]);
		const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' };
		await this.service.start(postgres, [
			...['-D', data, '-p', String(this.port)],
			...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
		]);
	}

	async stop(): Promise<void> {
		await this.service.stop();
	}

	/** What n8n needs to find it. */
	get environment(): Record<string, string> {
		return {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(this.port),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: 'n8n',
			DB_POSTGRESDB_PASSWORD: 'any',
		};
	}

	/** Runs SQL through the client that n8n brings with it. */
	async query(
		n8nHome: string,
		sql: string,
		values: unknown[] = [],
	): Promise<Array<Record<string, unknown>>> {
		const require = createRequire(join(n8nHome, 'node_modules', 'n8n', 'package.json'));
		const { Client } = require('pg') as { Client: new (options: object) => Client };
		const client = new Client({
			host: '127.0.0.1',
			port: this.port,
			database: 'postgres',
			user: 'n8n',
		});
		await client.connect();
		try {
			return (await client.query(sql, values)).rows;
		} finally {
			await client.end();
		}
	}
}
