import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Log } from './log.ts';

/**
 * Runs `work` while holding `file`, so that two programs never install into one folder. The file
 * holds the owner's process id: a lock left by a program that died is taken over.
 */
export async function withLock<T>(file: string, log: Log, work: () => Promise<T>): Promise<T> {
	for (let waits = 0; !acquire(file); waits++) {
		const owner = ownerOf(file);
		if (owner !== undefined && !isRunning(owner)) {
			rmSync(file, { force: true });
			continue;
		}
		if (waits % 15 === 0) log(`Process ${owner ?? '?'} is installing n8n, waiting for it …`);
		await sleep(1000);
	}
	try {
		return await work();
	} finally {
		rmSync(file, { force: true });
	}
}

function acquire(file: string): boolean {
	try {
		writeFileSync(file, String(process.pid), { flag: 'wx' });
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	}
}

function ownerOf(file: string): number | undefined {
	try {
		return Number(readFileSync(file, 'utf8')) || undefined;
	} catch {
		return undefined;
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
