import { spawn, spawnSync } from 'node:child_process';
import {
	existsSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { withLock } from './folder-lock.ts';
import { silent } from '../log.ts';

let folder: string;
let file: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'folder-lock-'));
	file = join(folder, 'lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const endedProcess = () => String(spawnSync(process.execPath, ['--version']).pid);

it('lets one holder in at a time', async () => {
	const events: string[] = [];
	let release = () => {};
	const first = withLock(file, silent, async () => {
		events.push('first in');
		await new Promise<void>((resolve) => (release = resolve));
		events.push('first out');
	});
	// The second one's first look finds the lock; its pause is where the first one ends.
	const pause = async () => {
		release();
		await first;
	};
	await withLock(file, silent, async () => void events.push('second in'), pause);
	expect(events).toEqual(['first in', 'first out', 'second in']);
});

it('is released when the work fails', async () => {
	const failure = withLock(file, silent, async () => {
		throw new Error('no disk space');
	});
	await expect(failure).rejects.toThrow('no disk space');
	expect(existsSync(file)).toBe(false);
});

it('is left to whoever took it over meanwhile', async () => {
	await withLock(file, silent, async () => writeFileSync(file, '1'));
	expect(readFileSync(file, 'utf8')).toBe('1');
});

it('takes over at once from a program that was killed while it held the lock', async () => {
	const source = `import { withLock } from ${JSON.stringify(pathToFileURL(join(__dirname, 'folder-lock.ts')).href)};
		await withLock(${JSON.stringify(file)}, () => {}, async () => {
			console.log('in');
			await new Promise(() => setInterval(() => {}, 1000));
		});`;
	const holder = spawn(process.execPath, ['--input-type=module', '-e', source]);
	await new Promise((resolve) => holder.stdout.once('data', resolve));
	expect(readFileSync(file, 'utf8')).toBe(String(holder.pid));
	const ended = new Promise((resolve) => holder.once('exit', resolve));
	holder.kill('SIGKILL');
	await ended;

	const pause = jest.fn();
	await expect(withLock(file, silent, async () => 'done', pause)).resolves.toBe('done');
	expect(pause).not.toHaveBeenCalled();
});

it.each([
	['whose process id belongs to somebody else by now', String(process.pid)],
	['without a process id', ''],
])('takes over a lock %s, when nobody touches it for half a minute', async (_, content) => {
	writeFileSync(file, content);
	const pauses: number[] = [];
	const pause = async (ms: number) => void pauses.push(ms);
	await expect(withLock(file, silent, async () => 'done', pause)).resolves.toBe('done');
	const waited = pauses.reduce((sum, ms) => sum + ms, 0);
	expect(waited).toBeGreaterThanOrEqual(30_000);
	expect(waited).toBeLessThan(40_000);
});

it('waits as long as the holder shows that it lives', async () => {
	writeFileSync(file, String(process.pid));
	let looks = 0;
	const pause = async () => {
		looks++;
		if (looks === 500) rmSync(file);
		else if (looks % 10 === 0) utimesSync(file, looks, looks);
	};
	await withLock(file, silent, async () => {}, pause);
	expect(looks).toBe(500);
});

it('shows that it lives every few seconds', async () => {
	jest.useFakeTimers();
	try {
		await withLock(file, silent, async () => {
			utimesSync(file, 1, 1);
			jest.advanceTimersByTime(5000);
			expect(readFileSync(file, 'utf8')).toBe(String(process.pid));
			expect(Date.now() - mtimeOf(file)).toBeLessThan(60_000);
		});
	} finally {
		jest.useRealTimers();
	}
});

it('lets one of many take an abandoned lock over', async () => {
	writeFileSync(file, endedProcess());
	let [inside, most, done] = [0, 0, 0];
	const enter = async () =>
		await withLock(
			file,
			silent,
			async () => {
				most = Math.max(most, ++inside);
				await new Promise(setImmediate);
				inside--;
				done++;
			},
			async () => await new Promise(setImmediate),
		);
	await Promise.all(Array.from({ length: 20 }, enter));
	expect({ most, done }).toEqual({ most: 1, done: 20 });
});

function mtimeOf(path: string): number {
	return statSync(path).mtimeMs;
}
