/** Where in the network the host of an address lies, as far as the address itself tells. */
export type Reach =
	/** This machine alone. */
	| 'loopback'
	/** A private or link-local network (RFC 1918, 3927, 4193, 4291, 6598). */
	| 'private'
	| 'public';

/** Tells where an address lies; a name that only a DNS could tell of counts as public. */
export function reachOf(address: string): Reach {
	const host = (URL.parse(address)?.hostname ?? '').replace(/\.$/, '');
	if (/^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/.test(host) || host.endsWith('.localhost')) {
		return 'loopback';
	}
	if (/^\[::ffff:7f/.test(host)) return 'loopback';
	const isPrivate =
		/^(10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\.[\d.]+$/.test(
			host,
		) || /^\[(f[cd]|fe[89ab])[0-9a-f]*:/.test(host);
	return isPrivate ? 'private' : 'public';
}
