import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packPackage } from '../n8n/index.ts';
import { runProgram } from '../n8n/run-program.ts';
import { root } from '../stage/stage.ts';
import type { Tasks } from './client-tasks.ts';

/** A process with the built client of the package and with undici, both without n8n. */
export class ClientProcess {
	/** The package as it is published, unpacked. */
	readonly folder: string;
	private readonly child: ChildProcess;
	private readonly ended = new AbortController();
	private count = 0;

	/** Use `startClientProcess`. */
	constructor(folder: string, certificatePath: string) {
		this.folder = folder;
		this.child = fork(join(import.meta.dirname, 'client-program.ts'), [folder], {
			execArgv: ['--expose-gc'],
			env: { ...process.env, NODE_EXTRA_CA_CERTS: certificatePath, NO_PROXY: '127.0.0.1' },
		});
		this.child.once('exit', () => this.ended.abort(new Error('The client process ended')));
	}

	/** Has it do a task, and waits for the result. */
	async run<Name extends keyof Tasks>(
		name: Name,
		load: Tasks[Name]['load'],
	): Promise<Tasks[Name]['result']> {
		const id = ++this.count;
		this.child.send({ id, name, load });
		for (;;) {
			const [message] = (await once(this.child, 'message', { signal: this.ended.signal })) as [
				{ id: number; error?: string; result: Tasks[Name]['result'] },
			];
			if (message.id !== id) continue;
			if (message.error !== undefined) throw new Error(message.error);
			return message.result;
		}
	}

	stop(): void {
		this.child.disconnect();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Packs the package, unpacks it aside and starts the process on it. */
export async function startClientProcess(certificatePath: string): Promise<ClientProcess> {
	const tarball = await packPackage(root, (line) => console.error(line));
	const folder = mkdtempSync(join(tmpdir(), 'bench-client-'));
	await runProgram('tar', ['-xzf', tarball, '--strip-components=1'], { cwd: folder });
	return new ClientProcess(folder, certificatePath);
}
