import type { ServerResponse } from 'node:http';

import type { Activity } from './activity.ts';
import type { FaultRule } from './faults.ts';
import type { ByteSource, Reply } from './reply.ts';

const PIECE = 262_144;

/** Sends a reply whole. */
export function send(response: ServerResponse, reply: Reply): void {
	writeHead(response, reply);
	if (response.req.method === 'HEAD' || reply.body.size === 0) {
		response.end();
		return;
	}
	const first = reply.body.chunk(0, PIECE);
	if (first.length === reply.body.size) response.end(first);
	else pump(response, reply.body, 0, reply.body.size, () => response.end());
}

/** Sends a reply the way a fault wants it: late, in part, or not at all. */
export function sendFaulty(
	response: ServerResponse,
	reply: Reply | null,
	rule: FaultRule,
	activity: Activity,
): void {
	const half = reply ? Math.floor(reply.body.size / 2) : 0;
	const later = (action: () => void) =>
		void activity.after(rule.ms ?? 1000, () => {
			if (!response.destroyed) action();
		});
	if (rule.kind === 'hang') return;
	if (rule.kind === 'reset-before' || rule.kind === 'reset-after' || !reply) {
		response.destroy();
	} else if (rule.kind === 'slow-headers') {
		later(() => send(response, reply));
	} else if (rule.kind === 'slow-body') {
		writeHead(response, reply);
		response.flushHeaders();
		pump(response, reply.body, 0, half, () =>
			later(() => pump(response, reply.body, half, reply.body.size, () => response.end())),
		);
	} else if (rule.kind === 'truncated') {
		writeHead(response, reply);
		response.flushHeaders();
		pump(response, reply.body, 0, half, () => closeAfterFlush(response));
	} else if (rule.kind === 'never-ends') {
		writeHead(response, reply);
		response.flushHeaders();
		pump(response, reply.body, 0, half, () => {});
	} else send(response, reply);
}

function writeHead(response: ServerResponse, reply: Reply): void {
	response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.size });
}

/** Cuts the connection once what was written has left, so that the client does see half a body. */
function closeAfterFlush(response: ServerResponse): void {
	response.write('', () => response.socket?.destroySoon());
}

function pump(
	response: ServerResponse,
	body: ByteSource,
	from: number,
	until: number,
	done: () => void,
): void {
	let at = from;
	while (at < until) {
		if (response.destroyed) return;
		const piece = body.chunk(at, Math.min(PIECE, until - at));
		at += piece.length;
		if (!response.write(piece)) {
			const rest = at;
			response.once('drain', () => pump(response, body, rest, until, done));
			return;
		}
	}
	done();
}
