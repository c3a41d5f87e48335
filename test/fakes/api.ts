import {
	Api,
	type Clock,
	type RetryPolicy,
	type Transport,
} from '../../nodes/Runflow/runflow/index.ts';
import { adapter } from './adapters.ts';
import { API_KEY, BASE_URL } from './node.ts';
import { instantRetries } from './retries.ts';

/** An API client that retries without waiting. */
export function fakeApi(
	options: {
		baseUrl?: string;
		organizationId?: string;
		signal?: AbortSignal;
		transport?: Transport;
		retryPolicy?: Partial<RetryPolicy>;
		clock?: Partial<Clock>;
	} = {},
): Api {
	const { policy: retryPolicy, clock } = instantRetries(options.retryPolicy, options.clock);
	return new Api({
		transport: options.transport ?? adapter.transport(),
		baseUrl: options.baseUrl ?? BASE_URL,
		apiKey: API_KEY,
		organizationId: options.organizationId,
		signal: options.signal,
		clock,
		retryPolicy,
	});
}

/** The error that a promise rejects with; fails when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
	return await promise.then(
		(value) => {
			throw new Error(`expected a rejection, got ${JSON.stringify(value)}`);
		},
		(error: unknown) => error,
	);
}
