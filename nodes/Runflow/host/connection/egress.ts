import type { ICredentialDataDecryptedObject, NodeEgressFilter } from 'n8n-workflow';

import { DEFAULT_BASE_URL, EgressRefusedError, type EgressPolicy } from '../../runflow';
import { allowedDomains, isAllowed, notAllowed } from './allowedDomains';

/** The part of an n8n context's `helpers` that knows the instance's egress policy; n8n before 2.28 has none. */
export interface EgressHelpers {
	getSecureEgressFilter?: () => NodeEgressFilter;
}

const unrestricted = {};

/**
 * What n8n and the credential let out: the instance's SSRF protection for every request and DNS
 * lookup, and the credential's Allowed Domains, to which Runflow's own host always belongs.
 */
export function egressPolicy(
	helpers: EgressHelpers,
	credential: ICredentialDataDecryptedObject,
): EgressPolicy {
	const hostPolicy = fileEgressPolicy(helpers);
	const domains = allowedDomains(credential, new URL(DEFAULT_BASE_URL).hostname);
	return {
		...hostPolicy,
		check: async (url) => {
			if (domains && !isAllowed(url, domains)) throw new EgressRefusedError(notAllowed(url));
			await hostPolicy.check(url);
		},
	};
}

/**
 * What n8n lets out when nothing of the credential goes along, as to the files of results: its SSRF
 * protection alone.
 */
export function fileEgressPolicy(helpers: EgressHelpers): EgressPolicy {
	const filter = helpers.getSecureEgressFilter?.();
	return {
		pool: filter ?? unrestricted,
		lookup: filter?.createSecureLookup(),
		check: async (url) => {
			const verdict = await filter?.validateUrl(url);
			if (verdict && !verdict.ok) {
				throw new EgressRefusedError(
					`n8n's SSRF protection does not allow requests to ${url.host} (see N8N_SSRF_ALLOWED_HOSTNAMES and N8N_SSRF_ALLOWED_IP_RANGES)`,
					{ cause: verdict.error },
				);
			}
		},
	};
}
