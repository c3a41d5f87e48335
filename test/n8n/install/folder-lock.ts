import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Log } from '../log.ts';

const HEARTBEAT_MS = 5000;
const POLL_MS = 1000;
/** So many looks at a lock that shows no heartbeat, and its process id belongs to somebody else. */
const LOOKS_WITHOUT_HEARTBEAT = 30;

/**
 * Runs `work` while holding `file`, so that two programs never install into one folder. The file
 * holds the owner's process id and is touched every few seconds: a lock is taken over when its owner
 * has died, when it names none, and when nobody touches it although a process of that id runs.
 */
export async function withLock<T>(
	file: string,
	log: Log,
	work: () => Promise<T>,
	pause: (ms: number) => Promise<unknown> = sleep,
): Promise<T> {
	let [untouched, touched] = [0, 0];
	for (let waits = 0; !acquire(file); waits++) {
		const owner = ownerOf(file);
		const last = touchedAt(file);
		untouched = last === touched ? untouched + 1 : 0;
		touched = last;
		const abandoned = owner !== undefined && !isRunning(owner);
		if ((abandoned || untouched >= LOOKS_WITHOUT_HEARTBEAT) && discard(file, owner, last)) continue;
		if (waits % 15 === 0) log(`Process ${owner ?? '?'} is installing n8n, waiting for it …`);
		await pause(POLL_MS);
	}
	// Who slept for a while, as on a closed laptop, may find it in the hands of another one.
	const isMine = () => ownerOf(file) === process.pid;
	const heartbeat = setInterval(() => {
		if (isMine()) touch(file);
	}, HEARTBEAT_MS);
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
		if (isMine()) rmSync(file, { force: true });
	}
}

function acquire(file: string): boolean {
	return unlessThere(() => writeFileSync(file, String(process.pid), { flag: 'wx' }));
}

/**
 * Removes the lock if it is still the one that was looked at. Whoever removes one holds a folder
 * beside it meanwhile, so that nobody removes the lock of one who was quicker.
 */
function discard(file: string, owner: number | undefined, last: number): boolean {
	const guard = `${file}.takeover`;
	if (!unlessThere(() => mkdirSync(guard))) {
		// It is held for no longer than this function takes: an old one is of a program that died.
		if (Date.now() - touchedAt(guard) > 60_000) rmSync(guard, { recursive: true, force: true });
		return false;
	}
	try {
		if (ownerOf(file) === owner && touchedAt(file) === last) rmSync(file, { force: true });
		return true;
	} finally {
		rmSync(guard, { recursive: true, force: true });
	}
}

function unlessThere(make: () => void): boolean {
	try {
		make();
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

function touchedAt(path: string): number {
	return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function touch(file: string): void {
	const now = new Date();
	if (touchedAt(file)) utimesSync(file, now, now);
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
