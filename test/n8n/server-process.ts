import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { N8nInstallation } from './install/installation.ts';
import type { Log } from './log.ts';

/** What each of n8n's programs says when it is ready for work. */
const STARTED = {
	start: /Editor is now accessible/,
	webhook: /Webhook listener waiting for requests/,
	worker: /n8n worker is now ready/,
};
const START_TIMEOUT_MS = 180_000;
const STOP_GRACE_MS = 20_000;

/** One run of `n8n start`, or of a part of n8n in queue mode: from the spawn to the end of the process. */
export class ServerProcess {
	/** Standard output and error so far. */
	output = '';
	private readonly child: ChildProcess;
	private readonly ended: Promise<void>;
	private readonly command: keyof typeof STARTED;

	constructor(
		installation: N8nInstallation,
		options: {
			command?: keyof typeof STARTED;
			env: Record<string, string>;
			cwd: string;
			removeOnOrphan?: string;
			log: Log;
		},
	) {
		this.command = options.command ?? 'start';
		// A process group of its own, so that n8n's task runner can be ended with it.
		this.child = spawn(installation.node, [installation.bin, this.command], {
			env: options.env,
			// n8n reads a .env file from where it stands.
			cwd: options.cwd,
			detached: process.platform !== 'win32',
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const collect = (text: string) => {
			this.output += text;
			for (const line of text.trimEnd().split('\n')) options.log(line);
		};
		this.child.stdout?.setEncoding('utf8').on('data', collect);
		this.child.stderr?.setEncoding('utf8').on('data', collect);
		const guard = this.guard(installation.node, options.removeOnOrphan);
		this.ended = new Promise((resolve) => {
			this.child.once('error', (error) => {
				this.output += `${error.message}\n`;
				resolve();
			});
			this.child.once('exit', () => {
				// Its task runner outlives an n8n that was killed.
				this.signalGroup('SIGKILL');
				guard.stdin?.end('done\n');
				resolve();
			});
		});
	}

	get pid(): number {
		return this.child.pid ?? -1;
	}

	get running(): boolean {
		return this.child.exitCode === null && this.child.signalCode === null && this.pid > 0;
	}

	/** Resolves when n8n answers and has its triggers registered; throws when it ends before. */
	async ready(url: string): Promise<void> {
		const deadline = Date.now() + START_TIMEOUT_MS;
		while (!(
			STARTED[this.command].test(this.output) && (await answers(`${url}/healthz/readiness`))
		)) {
			if (!this.running) throw new Error(`n8n ended while starting:\n${this.lastLines()}`);
			if (Date.now() > deadline) {
				await this.stop(0);
				throw new Error(`n8n was not ready in ${START_TIMEOUT_MS / 1000} s:\n${this.lastLines()}`);
			}
			await sleep(100);
		}
	}

	/** Asks n8n to end, and ends it when it has not after the grace time. */
	async stop(graceMs = STOP_GRACE_MS): Promise<void> {
		if (this.running) this.child.kill('SIGTERM');
		await Promise.race([this.ended, sleep(graceMs, undefined, { ref: false })]);
		if (this.running) this.signalGroup('SIGKILL');
		await this.ended;
	}

	/** Sends a signal as a crash or an operator would, and waits for the end. */
	async kill(signal: NodeJS.Signals): Promise<void> {
		this.signalGroup(signal);
		await this.ended;
	}

	/** The end of the output, for an error message. */
	lastLines(): string {
		return this.output.trim().split('\n').slice(-40).join('\n');
	}

	private guard(node: string, folder: string | undefined): ChildProcess {
		const args = [join(import.meta.dirname, 'orphan-guard.ts'), String(this.pid)];
		const guard = spawn(node, folder ? [...args, folder] : args, {
			detached: true,
			stdio: ['pipe', 'ignore', 'ignore'],
		});
		guard.unref();
		guard.on('error', () => {});
		guard.stdin.on('error', () => {});
		return guard;
	}

	private signalGroup(signal: NodeJS.Signals): void {
		try {
			process.kill(process.platform === 'win32' ? this.pid : -this.pid, signal);
		} catch {
			// Nobody of the group is left.
		}
	}
}

async function answers(url: string): Promise<boolean> {
	try {
		const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
		return response.ok;
	} catch {
		return false;
	}
}
