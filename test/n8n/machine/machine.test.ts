import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freeBytes, hasPrebuilt, systemOf, toolchain } from './machine.mjs';

it.each([
	['linux', 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n', 'debian'],
	['linux', 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', 'debian'],
	['linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'fedora'],
	['linux', 'ID=fedora\n', 'fedora'],
	['linux', 'ID=arch\n', 'other'],
	['linux', '', 'other'],
	['darwin', '', 'macos'],
])('knows the system: %s %j is %s', (platform, osRelease, system) => {
	expect(systemOf(platform, osRelease)).toBe(system);
});

// In a process of its own: the question is put while this one stands still.
it('asks the place of the ready-made modules whether it has the one for this machine', async () => {
	const path = `/v5.1.7/sqlite3-v5.1.7-napi-v6-${process.platform}-${process.arch}.tar.gz`;
	const source = `require('http')
		.createServer(({ url }, answer) => answer.writeHead(url === '${path}' ? 200 : 404).end())
		.listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
	const server = spawn(process.execPath, ['-e', source]);
	try {
		const port = await new Promise((resolve) => server.stdout.once('data', resolve));
		const releases = `http://127.0.0.1:${String(port).trim()}`;
		expect(hasPrebuilt('5.1.7', releases)).toBe(true);
		expect(hasPrebuilt('5.1.6', releases)).toBe(false);
	} finally {
		const ended = new Promise((resolve) => server.once('exit', resolve));
		server.kill();
		await ended;
	}
});

it('knows the free space of a folder that is not there yet', () => {
	const there = freeBytes(tmpdir());
	expect(there).toBeGreaterThan(0);
	expect(freeBytes(join(tmpdir(), 'not', 'there', 'yet')) / there).toBeCloseTo(1, 1);
});

describe('the tools of a machine', () => {
	let folder: string;
	beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'machine-'))));
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	function put(name: string, script = 'exit 0'): void {
		writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
		chmodSync(join(folder, name), 0o755);
	}

	it('are missing where PATH has none', () => {
		const none = { python: false, distutils: true, make: false, compiler: false };
		expect(toolchain({ PATH: folder }, 'linux')).toEqual(none);
	});

	it('are found in PATH, or where the environment says', () => {
		for (const name of ['python3', 'make', 'own-compiler']) put(name);
		const env = { PATH: folder, CXX: 'own-compiler --some-option' };
		const all = { python: true, distutils: true, make: true, compiler: true };
		expect(toolchain(env, 'linux')).toEqual(all);
	});

	it('on a Mac are those of Xcode, without which nothing is there', () => {
		for (const name of ['python3', 'make', 'c++']) put(name);
		const none = { python: false, make: false, compiler: false };
		expect(toolchain({ PATH: folder }, 'darwin')).toEqual(none);
		put('xcode-select');
		const all = { python: true, distutils: true, make: true, compiler: true };
		expect(toolchain({ PATH: folder }, 'darwin')).toEqual(all);
	});

	it('are not looked for on Windows', () => {
		expect(toolchain({ PATH: folder }, 'win32')).toEqual({});
	});

	it('do not include a Python without distutils', () => {
		put('python3', 'case "$2" in *distutils*) exit 1;; esac');
		expect(toolchain({ PATH: folder }, 'linux')).toMatchObject({ python: true, distutils: false });
	});
});
