import { forTestedEdition } from '../edition.ts';
import { compareVersions } from '../machine/pinned.mjs';

/** The person who owns the instance, and may do everything on it. */
export interface Owner {
	email: string;
	password: string;
}

/** An error answer of n8n's REST API. */
export class RestError extends Error {
	readonly status: number;
	readonly body: unknown;

	constructor(request: string, status: number, body: unknown) {
		const said = (body as { message?: string } | undefined)?.message;
		super(said ?? `${request} answered ${status}: ${JSON.stringify(body)}`);
		this.name = 'RestError';
		this.status = status;
		this.body = body;
	}
}

/** What the editor does over HTTP, with its cookie and browser id. */
export class RestSession {
	private readonly url: string;
	private readonly version: string;
	private cookie = '';

	/** @param version n8n's; its internal API differs from version to version */
	constructor(url: string, version: string) {
		this.url = url;
		this.version = version;
	}

	/** Whether this n8n is older than the given version. */
	isBefore(version: string): boolean {
		return compareVersions(this.version, version) < 0;
	}

	/** The session as a Cookie header. */
	get cookieHeader(): string {
		return this.cookie;
	}

	/** Makes the owner of a new instance, or logs in to one that has its owner already. */
	async enter(owner: Owner): Promise<void> {
		const settings = await this.send<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
			'GET',
			'/settings',
		);
		if (settings.userManagement.showSetupOnFirstLoad) {
			await this.send('POST', '/owner/setup', {
				...owner,
				firstName: 'Runflow',
				lastName: 'Owner',
			});
		} else {
			await this.send('POST', '/login', {
				emailOrLdapLoginId: owner.email,
				password: owner.password,
			});
		}
	}

	/** Sends a request to `/rest` and returns the `data` of its answer. */
	async send<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
		const answerTo = async () =>
			await fetch(`${this.url}/rest${path}`, {
				method,
				headers: {
					'content-type': 'application/json',
					'browser-id': 'n8n-nodes-runflow',
					...(this.cookie && { cookie: this.cookie }),
				},
				body: body === undefined ? undefined : forTestedEdition(JSON.stringify(body)),
				signal: AbortSignal.timeout(60_000),
			});
		const response = await answerTo().catch(async (error: unknown) => {
			// An n8n that was busy for seconds closes idle connections first of all, with a request
			// on them or not. Browsers send a read again then.
			if (method === 'GET' && error instanceof TypeError) return await answerTo();
			throw error;
		});
		const session = response.headers.getSetCookie().find((value) => value.startsWith('n8n-auth='));
		if (session) this.cookie = session.split(';')[0];
		const text = await response.text();
		let answer: unknown = text;
		try {
			answer = JSON.parse(text);
		} catch {
			// Some answers, a proxy's or a start page's, are text.
		}
		if (!response.ok) throw new RestError(`${method} /rest${path}`, response.status, answer);
		if (answer !== null && typeof answer === 'object' && 'data' in answer) return answer.data as T;
		return answer as T;
	}
}
