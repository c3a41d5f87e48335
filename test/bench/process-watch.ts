import { readFileSync } from 'node:fs';

const PAUSE_MS = 10;
/** Linux counts processor time in hundredths of a second there. */
const MS_PER_TICK = 10;
const PAGE_BYTES = 4096;

interface Sample {
	at: number;
	cpuMs: number;
	bytes: number;
}

/** What a process took in a period. */
export interface Cost {
	/** Processor time, user and system, of all its threads. */
	cpuMs: number;
	/** Resident memory at its peak. */
	peakBytes: number;
	/** By how much that exceeded what it was at the start. */
	growthBytes: number;
}

/** Notes a process's processor time and memory all the time, to be asked about periods afterwards. */
export class ProcessWatch {
	private samples: Sample[] = [];
	private readonly timer: NodeJS.Timeout;
	private readonly pid: number;

	constructor(pid: number) {
		this.pid = pid;
		this.timer = setInterval(() => this.sample(), PAUSE_MS);
	}

	/** Notes the state now, so that a period that just ended has its end on record. */
	sample(): void {
		this.samples.push({ at: Date.now(), ...read(this.pid) });
	}

	/** What the process took from a moment on, by the samples that enclose the period. */
	cost(startedAt: number, durationMs: number): Cost {
		const endedAt = startedAt + durationMs;
		const before = this.samples.filter(({ at }) => at <= startedAt).at(-1) ?? this.samples[0];
		const after = this.samples.find(({ at }) => at >= endedAt) ?? this.samples.at(-1);
		const during = this.samples.filter(({ at }) => at >= before.at && at <= (after?.at ?? 0));
		const peakBytes = Math.max(...during.map(({ bytes }) => bytes));
		return {
			cpuMs: (after?.cpuMs ?? NaN) - before.cpuMs,
			peakBytes,
			growthBytes: peakBytes - before.bytes,
		};
	}

	/** Forgets what was noted so far. */
	clear(): void {
		this.samples = [];
		this.sample();
	}

	stop(): void {
		clearInterval(this.timer);
	}
}

/** From Linux's /proc; elsewhere NaN. */
function read(pid: number): Omit<Sample, 'at'> {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The fields behind the program's name in brackets; the first of them is the third of all.
		const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
		return {
			cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
			bytes: Number(fields[21]) * PAGE_BYTES,
		};
	} catch {
		return { cpuMs: NaN, bytes: NaN };
	}
}
