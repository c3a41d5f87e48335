// Runs beside n8n: ends it when the program that started it is gone, however that went (Ctrl-C, a
// crash, SIGKILL, a test runner's time-out), which no exit handler of that program could promise.
//   node orphan-guard.ts <process id of n8n> [folder to remove]
// The starter holds the other end of the standard input; a line on it means all is well.
import { rmSync } from 'node:fs';

const pid = Number(process.argv[2]);
const folder = process.argv[3];

process.stdin.on('data', () => process.exit(0));
process.stdin.on('end', () => {
	try {
		process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
	} catch {
		// Gone already.
	}
	if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
