import { spawn } from 'node:child_process';

/** Runs a program to its end; its output goes into the error when it fails, else it is returned. */
export async function runProgram(
	command: string,
	args: string[],
	options: { cwd: string; env?: NodeJS.ProcessEnv; timeout?: number },
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
			const failed = `"${[command, ...args].join(' ')}" ended with ${signal ?? code}`;
			reject(new Error(`${failed}:\n${gist(everything)}`));
		});
	});
}

/** npm tells the cause first and its usage after it, a compiler the other way round. */
function gist(output: string): string {
	const lines = output.split('\n').filter((line) => line.trim() && !line.startsWith('npm warn'));
	if (lines.length <= 30) return lines.join('\n');
	return [...lines.slice(0, 10), '…', ...lines.slice(-20)].join('\n');
}
