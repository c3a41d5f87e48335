import type { NodeEgressFilter } from 'n8n-workflow';

import { egressPolicy } from '../../../../../nodes/Runflow/host/connection/egress.ts';
import { EgressRefusedError } from '../../../../../nodes/Runflow/runflow/index.ts';
import { rejection } from '../../../../fakes/api.ts';
import { credential } from '../../../../fakes/node.ts';

const lookup = () => {};

function filter(blockedHost = 'blocked.test') {
	const validated: string[] = [];
	const egressFilter = {
		validateUrl: async (url: URL | string) => {
			validated.push(String(url));
			return new URL(url).hostname === blockedHost
				? { ok: false, error: new Error('blocked address') }
				: { ok: true, result: undefined };
		},
		createSecureLookup: () => lookup,
	};
	return { egressFilter: egressFilter as unknown as NodeEgressFilter, validated };
}

const policyFor = (change: Record<string, string> = {}, egressFilter?: NodeEgressFilter) =>
	egressPolicy(egressFilter ? { getSecureEgressFilter: () => egressFilter } : {}, {
		...credential,
		...change,
	});

describe('egressPolicy', () => {
	it('lets everything out where the host has no filter and the credential no list', async () => {
		const policy = policyFor();
		await policy.check(new URL('https://anything.test'));
		expect(policy.lookup).toBeUndefined();
	});

	it('shares connections among requests of one policy only', () => {
		const { egressFilter } = filter();
		expect(policyFor().pool).toBe(policyFor().pool);
		expect(policyFor({}, egressFilter).pool).toBe(policyFor({}, egressFilter).pool);
		expect(policyFor({}, egressFilter).pool).not.toBe(policyFor().pool);
		expect(policyFor({}, egressFilter).pool).not.toBe(policyFor({}, filter().egressFilter).pool);
	});

	it("asks n8n's SSRF protection about every URL and resolves names with it", async () => {
		const { egressFilter, validated } = filter();
		const policy = policyFor({}, egressFilter);
		await policy.check(new URL('https://fine.test/a'));
		const refusal = await rejection(policy.check(new URL('https://blocked.test/b')));
		expect(refusal).toBeInstanceOf(EgressRefusedError);
		expect((refusal as Error).message).toContain('SSRF protection');
		expect((refusal as Error).message).toContain('blocked.test');
		expect(validated).toEqual(['https://fine.test/a', 'https://blocked.test/b']);
		expect(policy.lookup).toBe(lookup);
	});

	it("refuses hosts beyond the credential's allowed domains, but never Runflow's own", async () => {
		const policy = policyFor({
			allowedHttpRequestDomains: 'domains',
			allowedDomains: 'files.test, *.partner.test',
		});
		await policy.check(new URL('https://files.test/a'));
		await policy.check(new URL('https://cdn.partner.test/a'));
		await policy.check(new URL('https://api.runflow.io/v1'));
		for (const url of ['https://elsewhere.test', 'https://files.test.evil.test']) {
			const refusal = await rejection(policy.check(new URL(url)));
			expect(refusal).toBeInstanceOf(EgressRefusedError);
			expect((refusal as Error).message).toContain('Allowed Domains');
		}
	});

	it('does not ask n8n about what the credential refuses', async () => {
		const { egressFilter, validated } = filter();
		const list = { allowedHttpRequestDomains: 'domains', allowedDomains: 'files.test' };
		await rejection(policyFor(list, egressFilter).check(new URL('https://elsewhere.test')));
		expect(validated).toEqual([]);
	});
});
