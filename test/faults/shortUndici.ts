import { Agent, EnvHttpProxyAgent as FullAgent, request, type Dispatcher } from 'undici';

import { currentCell } from './cell.ts';

/** undici as the node gets it in the fault matrix: itself, with the time limits of the present cell. */
export { Agent, request };

export class EnvHttpProxyAgent extends FullAgent {
	readonly #headersMs: number;

	constructor(options: Agent.Options) {
		const { limitMs } = currentCell();
		super({
			...options,
			headersTimeout: limitMs,
			bodyTimeout: limitMs,
			connect: { ...options.connect, timeout: limitMs },
		});
		this.#headersMs = limitMs;
	}

	override dispatch(
		options: Dispatcher.DispatchOptions,
		handler: Dispatcher.DispatchHandler,
	): boolean {
		const headersTimeout = Math.min(options.headersTimeout ?? Infinity, this.#headersMs);
		return super.dispatch({ ...options, headersTimeout }, handler);
	}
}
