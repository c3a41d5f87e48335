/** What became of callbacks: how many came, and how many batches came out at the other end. */
export interface Count {
	what: string;
	callbacks: number;
	batches: number;
	/** Callbacks that were answered 200, at the first try or at a later one. */
	delivered: number;
	/** Batch ids of the executions started, or of the items that passed a node. */
	out: string[];
	/** Executions that failed on the way, which no callback should cause. */
	failed?: number;
}

const lines: string[] = [];
const remarks: string[] = [];

/** Notes a count for the table at the end; returns what it says about losses and doubles. */
export function note(count: Count): { lost: number; doubled: number } {
	const different = new Set(count.out).size;
	const lost = count.batches - different;
	const doubled = count.out.length - different;
	const { what, callbacks, batches, delivered, out, failed = 0 } = count;
	const cells = [what, callbacks, batches, delivered, out.length, failed, lost, doubled];
	lines.push(`| ${cells.join(' | ')} |`);
	return { lost, doubled };
}

/** Adds a plain line below the table. */
export function remark(text: string): void {
	remarks.push(text);
}

/** The counts so far as Markdown. */
export function table(): string {
	return [
		'| what | callbacks | batches | answered 200 | came out | failed | lost | doubled |',
		'| --- | --- | --- | --- | --- | --- | --- | --- |',
		...lines,
		'',
		...remarks,
	].join('\n');
}
