/** Where in the network the host of an address lies, as far as the address itself tells. */
export type Reach =
	/** This machine alone. */
	| 'loopback'
	/**
	 * A private or link-local network (RFC 1918, 3879, 3927, 4193, 4291, 6598), or a name that no
	 * public DNS has: of one label, or below a domain for private use (RFC 6762, 8375, ICANN).
	 */
	| 'private'
	| 'public';

const PRIVATE_NAME = /\.(local|internal|home\.arpa|localdomain)$/;
const PRIVATE_IPV4 =
	/^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.[\d.]+$/;
const PRIVATE_IPV6 = /^\[(f[cd]|fe[89a-f])[0-9a-f]*:/;
/** An IPv4 address in IPv6: mapped (RFC 4291), or translated by NAT64 (RFC 6052). */
const EMBEDDED_IPV4 = /^\[(?:::ffff|64:ff9b:):(?:([\da-f]+):)?([\da-f]+)\]$/;

/** Tells where an address lies; a name that only a DNS could tell of counts as public. */
export function reachOf(address: string): Reach {
	const host = (URL.parse(address)?.hostname ?? '').replace(/\.$/, '');
	return host === '' ? 'public' : reachOfHost(host);
}

function reachOfHost(host: string): Reach {
	const [, high = '0', low] = EMBEDDED_IPV4.exec(host) ?? [];
	if (low !== undefined) return reachOfHost(dotted(parseInt(high, 16), parseInt(low, 16)));
	if (/^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/.test(host) || host.endsWith('.localhost')) {
		return 'loopback';
	}
	const isOneLabel = !host.startsWith('[') && !host.includes('.');
	const isPrivate = [PRIVATE_NAME, PRIVATE_IPV4, PRIVATE_IPV6].some((kind) => kind.test(host));
	return isOneLabel || isPrivate ? 'private' : 'public';
}

/** The two halves of an IPv4 address as it is usually written. */
function dotted(high: number, low: number): string {
	return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
