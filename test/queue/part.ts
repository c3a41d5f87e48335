import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { environmentOf } from '../n8n/environment.ts';
import { freePorts } from '../n8n/free-port.ts';
import type { N8nInstallation } from '../n8n/install/installation.ts';
import { unpackInto } from '../n8n/package-tarball.ts';
import { ServerProcess } from '../n8n/server-process.ts';

/** What one line of a worker's log tells: that it began a job of an execution. */
const STARTED_JOB = /Worker started execution (\d+) \(job (\d+)\)/g;

/** A webhook process or a worker of an n8n in queue mode, on a user folder of its own as on another machine. */
export class Part {
	readonly name: string;
	readonly port: number;
	private readonly command: 'webhook' | 'worker';
	private readonly installation: N8nInstallation;
	private readonly env: Record<string, string>;
	private readonly userFolder: string;
	private readonly brokerPort: number;
	private process?: ServerProcess;
	private earlierOutput = '';

	private constructor(
		name: string,
		command: 'webhook' | 'worker',
		installation: N8nInstallation,
		env: Record<string, string>,
		ports: number[],
	) {
		this.name = name;
		this.command = command;
		this.installation = installation;
		[this.port, this.brokerPort] = ports;
		this.env = env;
		this.userFolder = mkdtempSync(join(tmpdir(), `n8n-nodes-runflow-${name}-`));
	}

	/** Puts the packed package into the part's folder; `start` starts it. */
	static async prepare(
		name: string,
		command: 'webhook' | 'worker',
		options: { installation: N8nInstallation; env: Record<string, string>; tarball: string },
	): Promise<Part> {
		const part = new Part(name, command, options.installation, options.env, await freePorts(2));
		mkdirSync(part.userFolder, { recursive: true });
		await unpackInto(part.userFolder, options.tarball);
		return part;
	}

	/** Standard output and error of all runs so far. */
	get output(): string {
		return this.earlierOutput + (this.process?.output ?? '');
	}

	/** The executions whose jobs this worker began, in order; one that was parked comes again. */
	get executionsStarted(): string[] {
		return [...this.output.matchAll(STARTED_JOB)].map(([, executionId]) => executionId);
	}

	async start(): Promise<void> {
		this.earlierOutput = this.output;
		this.process = new ServerProcess(this.installation, {
			command: this.command,
			env: environmentOf({
				installation: this.installation,
				userFolder: this.userFolder,
				port: this.port,
				brokerPort: this.brokerPort,
				env: {
					...this.env,
					...(this.command === 'worker' && {
						QUEUE_HEALTH_CHECK_ACTIVE: 'true',
						QUEUE_HEALTH_CHECK_PORT: String(this.port),
						N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
					}),
				},
			}),
			cwd: this.userFolder,
			removeOnOrphan: this.userFolder,
			log: () => {},
		});
		await this.process.ready(`http://127.0.0.1:${this.port}`);
	}

	/** Ends it as a crash does. */
	async kill(): Promise<void> {
		await this.process?.kill('SIGKILL');
	}

	async stop(): Promise<void> {
		await this.process?.stop();
		rmSync(this.userFolder, { recursive: true, force: true, maxRetries: 5 });
	}
}
