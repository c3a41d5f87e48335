import { helperClock } from './clock';

/** The body of an answer as n8n's helper gives it: one of Node's streams. */
export interface Body extends AsyncIterable<Buffer> {
	on(event: 'error', listener: () => void): unknown;
	destroy(): unknown;
	/** What went into an unzipper; no other stream has it. */
	bytesWritten?: number;
}

/** What the reading of a body goes by. */
export interface Reading {
	/** The longest wait for the next piece, in milliseconds. */
	silenceMs: number;
	/** Gives up the body and its connection. */
	close(): void;
	/** Aborted once somebody gave them up. */
	givenUp: AbortSignal;
	/** The error for what ended the body too early, and whether that was silence. */
	failed(error: unknown, silent: boolean): Error;
}

/** Reads a body as it comes; n8n's helper has no limit for one that falls silent. */
export async function* readBody(
	body: Body,
	{ silenceMs, close, givenUp, failed }: Reading,
): AsyncGenerator<Buffer, void, undefined> {
	const ended = new AbortController();
	let silent = false;
	/** Since when a piece is waited for; nothing while whoever reads is busy with the last one. */
	let waitsSince: number | undefined = helperClock.now();
	const watch = async () => {
		for (;;) {
			const now = helperClock.now();
			const left = (waitsSince ?? now) + silenceMs - now;
			if (left <= 0) break;
			await helperClock.pause(left, ended.signal);
		}
		silent = true;
		close();
	};
	watch().catch(() => {});
	const reading = body[Symbol.asyncIterator]();
	let whole = false;
	try {
		for (;;) {
			const { done, value } = await reading.next().catch((error: unknown) => {
				throw failed(error, silent);
			});
			// To n8n up to 2.4 a body that was given up is one that has come to its end.
			if (done && givenUp.aborted) throw failed(undefined, silent);
			whole = done === true;
			if (whole) return;
			waitsSince = undefined;
			yield value;
			waitsSince = helperClock.now();
		}
	} finally {
		ended.abort();
		if (!whole) close();
		await reading.return?.();
	}
}
