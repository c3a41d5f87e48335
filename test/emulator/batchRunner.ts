import type { Batch, BatchItem, StatusCode } from './batch.ts';
import { now } from './clock.ts';
import { newId } from './ids.ts';
import { outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import type { World } from './world.ts';

interface Running {
	batch: Batch;
	outcomes: Outcome[];
	open: number;
	timers: NodeJS.Timeout[];
	/** Work that came due while batches were held. */
	due: (() => void)[];
}

/** Moves batches from queued over running to their end, by the clock or when a test says so. */
export class BatchRunner {
	#world: World;
	#onEnd: (batch: Batch) => void;
	#running = new Map<string, Running>();
	#held = false;
	/** How often elements with a mark have failed. */
	#failures = new Map<string, number>();

	constructor(world: World, onEnd: (batch: Batch) => void) {
		this.#world = world;
		this.#onEnd = onEnd;
	}

	/** Begins a batch; `elements` are its inputs as sent. */
	start(batch: Batch, elements: Record<string, unknown>[]): void {
		const { activity, options } = this.#world;
		const outcomes = elements.map(outcomeOf);
		const running: Running = { batch, outcomes, open: batch.items.length, timers: [], due: [] };
		this.#running.set(batch.id, running);
		activity.begin();
		const soon = Math.min(20, options.processingMs / 4);
		running.timers.push(activity.after(soon, () => this.#setRunning(batch)));
		const groups = new Map<number, number[]>();
		outcomes.forEach((outcome, index) => {
			const ms = Math.max(options.processingMs, outcome.atLeastMs);
			groups.set(ms, [...(groups.get(ms) ?? []), index]);
		});
		for (const [ms, indexes] of groups) {
			const work = () => indexes.forEach((index) => this.#endItem(running, index));
			const timer = activity.after(ms, () => (this.#held ? running.due.push(work) : work()));
			running.timers.push(timer);
		}
	}

	/** Keeps batches from ending until `finish` or `release`. */
	hold(): void {
		this.#held = true;
	}

	/** Lets everything go on that was held. */
	release(): void {
		this.#held = false;
		for (const running of [...this.#running.values()]) {
			running.due.splice(0).forEach((work) => work());
		}
	}

	/** Ends a batch at once, held or not. */
	finish(batchId: string): void {
		const running = this.#running.get(batchId);
		if (!running) return;
		running.batch.items.forEach((_item, index) => this.#endItem(running, index));
	}

	#setRunning(batch: Batch): void {
		if (batch.statusCode !== 'queued') return;
		batch.statusCode = 'running';
		batch.startedAt = now();
		for (const item of batch.items) {
			item.statusCode = 'running';
			item.startedAt = batch.startedAt;
		}
	}

	#endItem(running: Running, index: number): void {
		const { batch } = running;
		const item = batch.items[index];
		if (item.completedAt !== null) return;
		this.#setRunning(batch);
		item.completedAt = now();
		this.#settle(batch, item, running.outcomes[index]);
		running.open -= 1;
		if (running.open === 0) this.#end(running);
	}

	#settle(batch: Batch, item: BatchItem, outcome: Outcome): void {
		const result = this.#failsOnceMore(outcome) ? 'failed' : outcome.result;
		if (result === 'succeeded') {
			batch.succeeded += 1;
			item.statusCode = 'succeeded';
			item.costCents = batch.model.priceCents;
			for (let i = 0; i < outcome.outputs; i++) {
				const file = { id: newId(), type: batch.model.outputType, size: outcome.outputBytes };
				this.#world.files.set(file.id, file);
				item.files.push(file);
			}
		} else if (result === 'failed') {
			batch.failed += 1;
			item.statusCode = 'failed';
			const code = outcome.failureCode ?? 'MODEL_ERROR';
			item.error = { code, message: 'The model could not process this input' };
		} else {
			batch.cancelled += 1;
			item.statusCode = this.#world.settings.itemCancelSpelling;
		}
	}

	#failsOnceMore({ failsAtFirst }: Outcome): boolean {
		if (!failsAtFirst) return false;
		const { mark, times } = failsAtFirst;
		const failures = this.#failures.get(mark) ?? 0;
		this.#failures.set(mark, failures + 1);
		return failures < times;
	}

	#end(running: Running): void {
		const { batch, timers } = running;
		for (const timer of timers) this.#world.activity.cancel(timer);
		this.#running.delete(batch.id);
		batch.statusCode = endStatus(batch);
		batch.completedAt = now();
		this.#onEnd(batch);
		this.#world.activity.end();
	}
}

function endStatus(batch: Batch): StatusCode {
	const total = batch.items.length;
	if (batch.succeeded === total) return 'succeeded';
	if (batch.failed === total) return 'failed';
	if (batch.cancelled === total) return 'cancelled';
	return 'partial_succeeded';
}
