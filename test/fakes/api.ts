import {
	Api,
	UndiciTransport,
	type RetryPolicy,
	type Transport,
} from '../../nodes/Runflow/runflow/index.ts';
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
	} = {},
): Api {
	return new Api({
		transport: options.transport ?? new UndiciTransport(),
		baseUrl: options.baseUrl ?? BASE_URL,
		apiKey: API_KEY,
		organizationId: options.organizationId,
		signal: options.signal,
		retryPolicy: instantRetries(options.retryPolicy).policy,
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
