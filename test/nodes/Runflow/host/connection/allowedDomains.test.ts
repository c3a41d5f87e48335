import fc from 'fast-check';
import { getCredentialAllowedDomains, isDomainAllowed } from 'n8n-workflow';

import {
	allowedDomains,
	isAllowed,
} from '../../../../../nodes/Runflow/host/connection/allowedDomains.ts';
import { fakeNode } from '../../../../fakes/node.ts';

const OWN = 'api.runflow.test';

const allows = (credential: Record<string, string>, host: string) => {
	const domains = allowedDomains(credential, OWN);
	return domains === undefined || isAllowed(new URL(`https://${host}/v1`), domains);
};

describe('allowedDomains', () => {
	it.each<[Record<string, string>, string, boolean]>([
		[{}, 'anywhere.test', true],
		[{ allowedHttpRequestDomains: 'all' }, 'anywhere.test', true],
		[{ allowedHttpRequestDomains: 'none' }, 'anywhere.test', true],
		[{ allowedHttpRequestDomains: 'domains' }, 'anywhere.test', false],
		[{ allowedHttpRequestDomains: 'domains' }, OWN, true],
		[{ allowedHttpRequestDomains: 'domains', allowedDomains: ' , ' }, 'anywhere.test', false],
		[{ allowedHttpRequestDomains: 'domains', allowedDomains: 'a.test, B.test.' }, 'b.test', true],
		[{ allowedHttpRequestDomains: 'domains', allowedDomains: '*.a.test' }, 'x.a.test', true],
		[{ allowedHttpRequestDomains: 'domains', allowedDomains: '*.a.test' }, 'a.test', false],
		[{ allowedHttpRequestDomains: 'domains', allowedDomains: '*.a.test' }, 'xa.test', false],
		[{ allowedHttpRequestDomains: 'domains', allowedDomains: '*.' }, 'a.test', false],
		[{ allowedHttpRequestDomains: 'domains', allowedDomains: '*' }, 'a.test', false],
		[{ allowedDomains: 'a.test' }, 'b.test', true],
	])('of %j lets %s: %j', (credential, host, expected) => {
		expect(allows(credential, host)).toBe(expected);
	});

	it("decides as n8n's own functions do where they can be asked", () => {
		const label = fc.constantFrom('a', 'b', 'A', 'a-1');
		const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
		const entry = fc.oneof(
			host,
			host.map((name) => `*.${name}`),
			host.map((name) => ` ${name}. `),
			fc.constantFrom('', '*', '*.', ' '),
		);
		const mode = fc.constantFrom('all', 'none', 'domains', 'other');
		fc.assert(
			fc.property(mode, fc.array(entry, { maxLength: 4 }), host, (restriction, list, asked) => {
				const credentialData = {
					allowedHttpRequestDomains: restriction,
					allowedDomains: list.join(','),
				};
				const theirs = getCredentialAllowedDomains({
					node: fakeNode(),
					credentialData,
					credentialOwnedSurface: true,
					nodeEndpointUrl: `https://${OWN}`,
				});
				const url = `https://${asked}/v1`;
				const expected = theirs === undefined || isDomainAllowed({ url, allowedDomains: theirs });
				expect(allows(credentialData, asked)).toBe(expected);
			}),
		);
	});
});
