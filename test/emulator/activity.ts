/** Timers that can all be cancelled, and a count of work under way that can be waited for. */
export class Activity {
	#open = 0;
	#waiting: (() => void)[] = [];
	#stopped = false;
	#timers = new Set<NodeJS.Timeout>();

	/** Runs `action` after `ms` unless everything was stopped before. */
	after(ms: number, action: () => void): NodeJS.Timeout {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			action();
		}, ms);
		if (this.#stopped) clearTimeout(timer);
		else this.#timers.add(timer);
		return timer;
	}

	cancel(timer: NodeJS.Timeout): void {
		clearTimeout(timer);
		this.#timers.delete(timer);
	}

	begin(): void {
		this.#open += 1;
	}

	end(): void {
		this.#open -= 1;
		if (this.#open === 0) this.#wake();
	}

	/** Resolves once nothing is under way. */
	idle(): Promise<void> {
		if (this.#open === 0) return Promise.resolve();
		return new Promise((resolve) => this.#waiting.push(resolve));
	}

	/** Cancels every timer, takes no new ones and lets go of those who wait. */
	stop(): void {
		this.#stopped = true;
		for (const timer of this.#timers) clearTimeout(timer);
		this.#timers.clear();
		this.#wake();
	}

	#wake(): void {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const resolve of waiting) resolve();
	}
}
