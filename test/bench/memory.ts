import { readFileSync } from 'node:fs';

const PAUSE_MS = 20;

interface Sample {
	at: number;
	bytes: number;
}

/** Notes a process's resident memory all the time, to be asked about periods afterwards. */
export class MemoryWatch {
	private readonly samples: Sample[] = [];
	private readonly timer: NodeJS.Timeout;

	constructor(pid: number) {
		this.timer = setInterval(() => {
			this.samples.push({ at: Date.now(), bytes: residentBytes(pid) });
		}, PAUSE_MS);
	}

	/** By how many bytes memory at its peak in a period exceeded what it was at its start. */
	growth(startedAt: number, durationMs: number): number {
		const before = this.samples.filter(({ at }) => at <= startedAt).at(-1);
		const during = this.samples.filter(
			({ at }) => at >= startedAt && at <= startedAt + durationMs + PAUSE_MS,
		);
		if (!before || during.length === 0) return NaN;
		return Math.max(...during.map(({ bytes }) => bytes)) - before.bytes;
	}

	stop(): void {
		clearInterval(this.timer);
	}
}

/** From Linux's /proc; elsewhere NaN. */
function residentBytes(pid: number): number {
	try {
		const status = readFileSync(`/proc/${pid}/status`, 'utf8');
		return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
	} catch {
		return NaN;
	}
}
