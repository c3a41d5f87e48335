import nock from 'nock';

import { BASE_URL } from './node.ts';

/**
 * Cuts this file's tests off from the network: whatever is not declared with `nock` fails, and so
 * does a declared request that never comes.
 */
export function withoutNetwork(allowed?: string): void {
	beforeAll(() => {
		if (!nock.isActive()) nock.activate();
		nock.disableNetConnect();
		if (allowed) nock.enableNetConnect(allowed);
	});
	afterEach(() => {
		const pending = nock.pendingMocks();
		nock.cleanAll();
		expect(pending).toEqual([]);
	});
	afterAll(() => nock.restore());
}

/** The Runflow API as the fake credential names it. */
export function runflow(): nock.Scope {
	return nock(BASE_URL);
}

/** Every request that reaches nock's host although none was declared; call before the test's work. */
export function countRequests(): { count: number } {
	const seen = { count: 0 };
	nock(BASE_URL)
		.persist()
		.intercept(/.*/, 'GET')
		.optionally()
		.reply(() => {
			seen.count += 1;
			return [500, {}];
		})
		.intercept(/.*/, 'POST')
		.optionally()
		.reply(() => {
			seen.count += 1;
			return [500, {}];
		});
	return seen;
}
