import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { withLock } from './folder-lock.ts';
import { silent } from './log.ts';

let folder: string;
let file: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'folder-lock-'));
	file = join(folder, 'lock');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('lets one holder in at a time', async () => {
	const events: string[] = [];
	const hold = async (name: string) =>
		await withLock(file, silent, async () => {
			events.push(`${name} in`);
			await new Promise((resolve) => setTimeout(resolve, 50));
			events.push(`${name} out`);
		});
	await Promise.all([hold('first'), hold('second')]);
	expect(events).toEqual(['first in', 'first out', 'second in', 'second out']);
});

it('takes over the lock of a program that died', async () => {
	const { pid } = spawnSync(process.execPath, ['--version']);
	writeFileSync(file, String(pid));
	await expect(withLock(file, silent, async () => 'done')).resolves.toBe('done');
});

it('is released when the work fails', async () => {
	const failure = withLock(file, silent, async () => {
		throw new Error('no disk space');
	});
	await expect(failure).rejects.toThrow('no disk space');
	expect(existsSync(file)).toBe(false);
});
