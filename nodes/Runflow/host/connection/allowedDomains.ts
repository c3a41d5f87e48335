import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/**
 * The hosts that a credential may be sent to, from the fields that n8n adds to it (Allowed HTTP
 * Request Domains and Allowed Domains); `undefined` where it may go anywhere. Read here and not by
 * n8n's functions of the same purpose: those take other arguments in 1.120, 1.123 and 2.20, are
 * missing in 2.0 to 2.17, and answer "anywhere" to arguments that they do not know.
 * As in n8n 2.41 `none` means none but this package's nodes, and `ownHost` always belongs to the list
 * (n8n-workflow, credential-domain-restrictions).
 *
 * @param ownHost the host of the service that the credential is for
 */
export function allowedDomains(
	credential: ICredentialDataDecryptedObject,
	ownHost: string,
): string[] | undefined {
	if (credential.allowedHttpRequestDomains !== 'domains') return undefined;
	const list = typeof credential.allowedDomains === 'string' ? credential.allowedDomains : '';
	return [ownHost, ...list.split(',').map(normalized).filter(Boolean)];
}

/** Whether a host is in a list; `*.example.com` stands for every host below it, not for itself. */
export function isAllowed(url: URL, domains: readonly string[]): boolean {
	const host = normalized(url.hostname);
	return domains.some((domain) =>
		domain.startsWith('*.')
			? domain.length > 2 && host.endsWith(domain.slice(1))
			: host === domain && host !== '',
	);
}

/** What is said where a host is not allowed. */
export function notAllowed(url: URL): string {
	return `The credential does not allow requests to ${url.host} (see its Allowed Domains)`;
}

function normalized(host: string): string {
	return host.trim().toLowerCase().replace(/\.$/, '');
}
