import type { EgressPolicy, Transport } from '../../nodes/Runflow/runflow';
import { UndiciTransport } from './undiciTransport';

/*
 * What `n8n-nodes-runflow` runs on: undici, Node's timers and streams. The build puts it in the place
 * of nodes/Runflow/host/adapter; it uses nothing of the client but its index.
 */
export { nodeClock as clock } from './clock';
export { toReadable as toStream } from './stream';
export { UndiciTransport, type TimeLimits } from './undiciTransport';

/** The transport for requests of an n8n context, of which undici needs nothing. */
export function transport(_context: object, policy: EgressPolicy): Transport {
	return new UndiciTransport({ policy });
}
