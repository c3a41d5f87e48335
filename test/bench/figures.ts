import { cpus, loadavg } from 'node:os';

/** Set BENCH_QUICK=1 to try a benchmark out: fewer and smaller rounds, no reports written. */
export const quick = process.env.BENCH_QUICK === '1';

/** What of a benchmark is run, by the names in its report: BENCH_ONLY='^Get, 200 items, 20 ms'. */
export const only = new RegExp(process.env.BENCH_ONLY ?? '');

export function median(values: readonly number[]): number {
	return percentile(values, 50);
}

/** The value that so many percent do not exceed; for the median of an even count, the middle of two. */
export function percentile(values: readonly number[], percent: number): number {
	const sorted = values.toSorted((a, b) => a - b);
	const place = ((sorted.length - 1) * percent) / 100;
	const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
	return low + (high - low) * (place - Math.floor(place));
}

/** Milliseconds with a unit that suits their size. */
export function duration(ms: number): string {
	if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
	if (ms >= 1_000) return `${(ms / 1000).toFixed(2)} s`;
	return ms >= 10 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(2)} ms`;
}

export function mebibytes(bytes: number): string {
	return `${(bytes / 1_048_576).toFixed(0)} MiB`;
}

/** A factor: two digits behind the point where they matter. */
export function factor(value: number): string {
	return value >= 10 ? value.toFixed(0) : value.toFixed(2);
}

/** A Markdown table: the first column is text, the others are numbers. */
export function table(heads: string[], rows: string[][]): string {
	const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
	const rule = heads.map((_, column) => (column === 0 ? '---' : '--:'));
	return [line(heads), line(rule), ...rows.map(line)].join('\n');
}

/** What the figures were measured on, and how busy it was. */
export function machine(n8n = 'n8n 2.41.1'): string {
	const all = cpus();
	const load = loadavg()[0].toFixed(1);
	return `Measured on ${all.length} × ${all[0].model.trim()}, Linux, Node ${process.versions.node}, ${n8n}, everything on loopback of one machine; load average at the end ${load}.`;
}
