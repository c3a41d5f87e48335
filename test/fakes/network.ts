import nock from 'nock';

import { BASE_URL } from './node.ts';

/** A request as nock saw it. */
export interface SeenRequest {
	method: string;
	path: string;
	headers: Record<string, string>;
	/** The body's text as it was sent. */
	body: string;
}

const seen: SeenRequest[] = [];

// Importing nock already patches Node's sockets, which Jest's files in one process share: a file
// that left the patch behind would break the next one.
nock.restore();

/**
 * Cuts this file's tests off from the network: a request that is not declared with `runflow` fails,
 * and so does the test when a declared one never comes.
 */
export function withoutNetwork(): void {
	beforeAll(() => {
		nock.activate();
		nock.disableNetConnect();
	});
	beforeEach(() => {
		seen.length = 0;
		nock.emitter.removeAllListeners('no match');
		nock.emitter.on('no match', (request: Request) => {
			if (!isModelRead(request)) record(request, '');
		});
	});
	afterEach(() => {
		const pending = nock.pendingMocks();
		nock.cleanAll();
		expect(pending).toEqual([]);
	});
	afterAll(() => nock.restore());
}

/** Declares requests to the Runflow API of the fake credential; each is expected once. */
export function runflow(baseUrl = BASE_URL): nock.Scope {
	const scope = nock(baseUrl);
	scope.on('request', (request: Request, _: unknown, body: string) => record(request, body));
	return scope;
}

/**
 * Every request of the present test so far, declared or not. Only where a test declares it does the
 * reading of a model count, which creations from JSON do without where it fails.
 */
export function requests(): readonly SeenRequest[] {
	return seen;
}

function isModelRead({ method, url }: Request): boolean {
	return method === 'GET' && new URL(url).pathname.startsWith('/v1/models/');
}

function record(request: Request, body: string): void {
	const { pathname, search } = new URL(request.url);
	const headers = Object.fromEntries([...request.headers]);
	seen.push({ method: request.method, path: pathname + search, headers, body });
}
