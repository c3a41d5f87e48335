import type { IWebhookFunctions } from 'n8n-workflow';

type Answer = ReturnType<IWebhookFunctions['getResponseObject']>;

/** Far more than are resumed while a callback for one of them is under way. */
const MOST_REMEMBERED = 10_000;

/** A callback that n8n goes on because of, until it is known whether that is stored. */
interface Going {
	response: Answer;
	/** Resolves once n8n has answered it. */
	answered: Promise<void>;
}

const runs = new Map<string, Going | 'stored'>();

/**
 * Whether n8n is to go on with a parked run because of this callback, and not because of another one
 * or of the same one sent twice: n8n before 2.0 would run what comes after the node as often as it
 * is told to. Waits until n8n has answered an earlier one, which it does when it has stored that the
 * run goes on (host/answersWhenStored). With an error n8n has failed to, and the next one may.
 *
 * @param run names this parking of the run
 * @param response the answer to this callback
 */
export async function mayResume(run: string, response: Answer): Promise<boolean> {
	for (let last = runs.get(run); last !== undefined; last = runs.get(run)) {
		if (last === 'stored') return false;
		// Whoever sent it may have hung up before: then nothing tells when n8n is done, but this does.
		if (last.response.writableEnded) note(run, last.response);
		else await last.answered;
	}
	const answered = new Promise<void>((resolve) => {
		response.once('close', () => {
			if (!response.writableEnded) return;
			note(run, response);
			resolve();
		});
	});
	runs.set(run, { response, answered });
	forgetOldest();
	return true;
}

function note(run: string, { statusCode }: Answer): void {
	if (statusCode < 300) runs.set(run, 'stored');
	else runs.delete(run);
}

function forgetOldest(): void {
	for (const [run, last] of runs) {
		if (runs.size <= MOST_REMEMBERED) return;
		if (last === 'stored') runs.delete(run);
	}
}
