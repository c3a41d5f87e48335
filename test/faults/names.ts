import dns from 'node:dns';
import type { LookupFunction } from 'node:net';

type Asked = Parameters<LookupFunction>;

const systemLookup = dns.lookup as unknown as LookupFunction;
const lookups = new Map<string, LookupFunction>();

/** Has the machine look up a name in another way, also for what has no lookup of its own to be given. */
export function lookUp(name: string, lookup: LookupFunction): void {
	lookups.set(name, lookup);
	const chosen = (...asked: Asked) => (lookups.get(asked[0]) ?? systemLookup)(...asked);
	dns.lookup = chosen as unknown as typeof dns.lookup;
}
