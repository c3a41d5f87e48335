import * as undici from '../../editions/undici/index.ts';
import * as helper from '../../nodes/Runflow/host/adapter/index.ts';
import type { Edition } from '../../nodes/Runflow/host/edition.ts';
import type { EgressPolicy, Transport } from '../../nodes/Runflow/runflow/index.ts';
import { testedEdition, type EditionName } from '../n8n/edition.ts';
import { httpRequest } from './httpRequest.ts';

/** What a test may set of a transport; each adapter has its own limits where it says nothing. */
export interface TransportSetup {
	policy?: EgressPolicy;
	/** How long the answer may take, and every piece of its body, in milliseconds. */
	limits?: { answerMs: number; silenceMs: number };
}

/** One edition's way to send requests and to tell the time, as tests use it. */
export interface Adapter extends Omit<Edition, 'transport'> {
	transport(setup?: TransportSetup): Transport & { close?(): Promise<void> };
}

/** The lite edition's adapter on one of n8n's helpers. */
export function onHelper(httpRequest: helper.HttpRequestHelper): Adapter {
	return {
		...helper,
		transport: ({ policy, limits } = {}) =>
			new helper.HelperTransport({
				httpRequest,
				policy,
				timeLimits: limits && { headers: limits.answerMs, body: limits.silenceMs },
			}),
	};
}

/** The adapters of all editions. */
export const ADAPTERS = {
	undici: {
		...undici,
		transport: ({ policy, limits }: TransportSetup = {}) =>
			new undici.UndiciTransport({
				policy,
				timeLimits: limits && {
					connect: limits.answerMs,
					headers: limits.answerMs,
					body: limits.silenceMs,
				},
			}),
	},
	lite: onHelper(httpRequest),
} satisfies Record<EditionName, Adapter>;

/** The adapter of the edition that is tested: `RUNFLOW_TEST_EDITION=lite npm test`. */
export const adapter: Adapter = ADAPTERS[testedEdition];
