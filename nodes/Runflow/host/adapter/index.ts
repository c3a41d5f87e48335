import type { EgressPolicy, Transport } from '../../runflow';
import { HelperTransport, type HttpRequestHelper } from './helperTransport';

/*
 * What `n8n-nodes-runflow-lite` runs on: n8n's own helper for requests, its timers and its streams,
 * and nothing else, which is what n8n asks of a package that it verifies.
 */
export { helperClock as clock } from './clock';
export { toStream } from './stream';
export { HelperTransport, type HttpRequestHelper, type TimeLimits } from './helperTransport';

/** The transport for requests of an n8n context, by that context's helper. */
export function transport(context: object, policy: EgressPolicy): Transport {
	const { helpers } = context as { helpers: { httpRequest: HttpRequestHelper } };
	return new HelperTransport({ httpRequest: helpers.httpRequest, policy });
}
