import { isObject } from './apiRequest.ts';
import type { FaultKind, FaultRule } from './faults.ts';
import { bodyText, bytes, json } from './reply.ts';
import type { Reply } from './reply.ts';

const WITHOUT_WORK = new Set<FaultKind>([
	'status',
	'reset-before',
	'html-502',
	'error-in-200',
	'redirect',
	'hang',
]);

/** Whether the request is still worked on under this fault. */
export function doesWork(rule: FaultRule): boolean {
	return rule.work ?? !WITHOUT_WORK.has(rule.kind);
}

/** The answer that a fault puts in place of the real one, which is null when no work was done. */
export function spoiltReply(rule: FaultRule, real: Reply | null): Reply | null {
	switch (rule.kind) {
		case 'status':
			return statusReply(rule);
		case 'redirect':
			return {
				status: rule.status ?? 302,
				headers: { location: rule.location ?? '/', ...rule.headers },
				body: bytes(Buffer.alloc(0)),
			};
		case 'html-502':
			return text(502, 'text/html', '<html><body><h1>502 Bad Gateway</h1></body></html>');
		case 'error-in-200': {
			const message = 'Something went wrong';
			return json(200, { code: rule.code ?? 'INTERNAL_ERROR', message, errors: null });
		}
		case 'not-json':
			return text(real?.status ?? 200, 'application/json', 'upstream says: all good');
		case 'missing-fields':
			return real && real.status < 300 ? withoutFields(real, rule.fields ?? []) : real;
		default:
			return real;
	}
}

function statusReply(rule: FaultRule): Reply {
	const status = rule.status ?? 503;
	const code = rule.code ?? (status === 429 ? 'RATE_LIMITED' : 'UNAVAILABLE');
	const envelope = { code, message: `Answered ${status} on request`, errors: null };
	const reply =
		typeof rule.body === 'string'
			? text(status, 'text/plain', rule.body)
			: json(status, rule.body ?? envelope);
	return { ...reply, headers: { ...reply.headers, ...rule.headers } };
}

function text(status: number, type: string, body: string): Reply {
	return { status, headers: { 'content-type': type }, body: bytes(Buffer.from(body)) };
}

function withoutFields(real: Reply, fields: string[]): Reply {
	const drop = (value: unknown): unknown => {
		if (Array.isArray(value)) return value.map(drop);
		if (!isObject(value)) return value;
		return Object.fromEntries(Object.entries(value).filter(([name]) => !fields.includes(name)));
	};
	return json(real.status, drop(JSON.parse(bodyText(real))));
}
