import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 60_000;
const GRACE_MS = 10_000;

/** A database or a message queue that runs for one test run, in a folder that goes with it. */
export class Service {
	/** A fresh folder of the user that the program runs as. */
	readonly folder: string;
	readonly port: number;
	output = '';
	private readonly user: { uid: number; gid: number } | undefined;
	private child?: ChildProcess;

	constructor(name: string, port: number, user?: { uid: number; gid: number }) {
		this.folder = mkdtempSync(join(tmpdir(), `n8n-nodes-runflow-${name}-`));
		this.port = port;
		this.user = user;
		if (user) chownSync(this.folder, user.uid, user.gid);
	}

	/** Starts the program and waits until it takes connections. */
	async start(program: string, args: string[]): Promise<void> {
		const child = this.spawn(program, args);
		this.child = child;
		const deadline = Date.now() + START_TIMEOUT_MS;
		while (!(await isListening(this.port))) {
			if (child.exitCode !== null || Date.now() > deadline) {
				throw new Error(`${program} did not start:\n${this.output.slice(-2000)}`);
			}
			await sleep(50);
		}
	}

	/** Runs a program to its end, as the same user. */
	async run(program: string, args: string[]): Promise<void> {
		const child = this.spawn(program, args);
		const code = await new Promise((resolve, reject) => {
			child.once('error', reject).once('exit', resolve);
		});
		if (code !== 0) throw new Error(`${program} ended with ${code}:\n${this.output.slice(-2000)}`);
	}

	/** Ends the program (SIGINT: PostgreSQL does not wait for its clients then) and removes its folder. */
	async stop(): Promise<void> {
		const { child } = this;
		if (child && child.exitCode === null && child.signalCode === null) {
			const ended = new Promise((resolve) => child.once('exit', resolve));
			child.kill('SIGINT');
			const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
			await ended;
			clearTimeout(timer);
		}
		rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
	}

	private spawn(program: string, args: string[]): ChildProcess {
		const child = spawn(program, args, {
			...this.user,
			cwd: this.folder,
			env: { PATH: process.env.PATH, LC_ALL: 'C' },
			detached: true,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const collect = (text: string) => (this.output += text);
		child.stdout.setEncoding('utf8').on('data', collect);
		child.stderr.setEncoding('utf8').on('data', collect);
		child.once('error', (error) => collect(error.message));
		endWithThisProcess(child, this.folder);
		return child;
	}
}

/** A test run that is killed leaves nothing behind: the guard that n8n has watches here, too. */
function endWithThisProcess(child: ChildProcess, folder: string): void {
	const guard = spawn(
		process.execPath,
		[join(import.meta.dirname, '..', 'n8n', 'orphan-guard.ts'), String(child.pid), folder],
		{ detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
	);
	guard.unref();
	guard.on('error', () => {});
	guard.stdin.on('error', () => {});
	child.once('exit', () => guard.stdin.end('done\n'));
}

async function isListening(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = createConnection(port, '127.0.0.1');
		socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
		socket.once('connect', () => socket.destroy());
	});
}
