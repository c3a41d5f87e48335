import { spawn } from 'node:child_process';

/** Runs a program to its end; its output goes into the error when it fails, else it is returned. */
export async function runProgram(
	command: string,
	args: string[],
	options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<string> {
	return await new Promise((resolve, reject) => {
		// npm is a batch file on Windows, which only a shell starts.
		const shell = process.platform === 'win32' && command === 'npm';
		const child = spawn(command, args, { ...options, shell, stdio: ['ignore', 'pipe', 'pipe'] });
		let stdout = '';
		let everything = '';
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			stdout += text;
			everything += text;
		});
		child.stderr.setEncoding('utf8').on('data', (text: string) => (everything += text));
		child.on('error', reject);
		child.on('close', (code, signal) => {
			if (code === 0) return resolve(stdout);
			const end = everything.trim().split('\n').slice(-25).join('\n');
			reject(new Error(`"${[command, ...args].join(' ')}" ended with ${signal ?? code}:\n${end}`));
		});
	});
}
