import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer, type LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { startEmulator } from '../emulator/emulator.ts';
import { API_KEY } from '../fakes/node.ts';
import { closedAddress } from '../fakes/server.ts';
import { testedEdition } from '../n8n/edition.ts';
import { leaksIn } from './checks.ts';
import type { FaultClass } from './fault.ts';
import { lookUp } from './names.ts';
import type { Stage } from './operation.ts';
import { listen, type Way } from './stage.ts';

/** A reason why nothing of a run arrives at Runflow. */
export interface Obstacle {
	name: string;
	class: FaultClass;
	/** Only the first try meets it. */
	passing?: boolean;
	slow?: boolean;
	/** Environment of the process; such cells run one after the other. */
	env?: Record<string, string>;
	/** The way that the node takes instead. */
	way(stage: Stage): Promise<Way & { clear?(): Promise<void>; close?(): Promise<void> }>;
	/** What an obstacle of its own has seen that it must not have. */
	problems?(): string[];
}

const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'];

/** Frees the process of proxies that the machine may have. */
export function withoutProxies(): void {
	for (const name of PROXY_VARIABLES) {
		delete process.env[name];
		delete process.env[name.toLowerCase()];
	}
}

/** n8n's helper hands out what a proxy answers as if the host had. */
const PROXY_FAILURE = testedEdition === 'lite' ? 'server failure' : 'not reached';

/** Everything that can stand between the node and Runflow. */
export async function obstacles(): Promise<Obstacle[]> {
	const nowhere = await closedAddress();
	return [
		{
			name: 'refused',
			class: 'not reached',
			way: async () => ({ baseUrl: await closedAddress() }),
		},
		{ name: 'refused at first', class: 'not reached', passing: true, way: gate },
		{
			name: 'no such name',
			class: 'not trusted',
			way: byName('unknown.invalid', refusal('ENOTFOUND')),
		},
		{
			name: 'DNS fails',
			class: 'not reached',
			way: byName('unanswered.invalid', refusal('EAI_AGAIN')),
		},
		{
			name: 'no connection',
			// n8n's helper does not say whether the time went by before or after the request was sent.
			class: testedEdition === 'lite' ? 'lost answer' : 'not reached',
			slow: true,
			way: byName('silent.invalid', () => {}),
		},
		...(await tlsObstacles()),
		{
			name: 'HTTP proxy closed',
			class: 'not reached',
			env: { HTTP_PROXY: nowhere },
			way: async () => ({}),
		},
		{
			name: 'HTTPS proxy closed',
			class: 'not reached',
			env: { HTTPS_PROXY: nowhere },
			way: async () => ({ baseUrl: 'https://runflow.invalid' }),
		},
		await refusingProxy('HTTP proxy 407', 407, 'proxy refusal', 'HTTP_PROXY'),
		await refusingProxy('HTTP proxy 403', 403, 'proxy refusal', 'HTTP_PROXY'),
		await refusingProxy('HTTPS proxy 407', 407, 'proxy refusal', 'HTTPS_PROXY'),
		await refusingProxy('HTTPS proxy 403', 403, 'proxy refusal', 'HTTPS_PROXY'),
		await refusingProxy('HTTPS proxy 502', 502, PROXY_FAILURE, 'HTTPS_PROXY'),
	];
}

const refusal =
	(code: string): LookupFunction =>
	(_name, _options, done) => {
		done(Object.assign(new Error(`getaddrinfo ${code}`), { code }), []);
	};

/** A way to a name that is looked up like that. */
const byName = (name: string, lookup: LookupFunction) => async () => {
	lookUp(name, lookup);
	return { baseUrl: `http://${name}`, lookup };
};

/** A way that is closed until the first try has failed. */
async function gate({ emulator }: Stage) {
	const baseUrl = await closedAddress();
	const server = createTcpServer((socket) => {
		const onward = connect(emulator.port, '127.0.0.1');
		socket.pipe(onward).pipe(socket);
		socket.on('error', () => onward.destroy()).on('close', () => onward.destroy());
		onward.on('error', () => socket.destroy()).on('close', () => socket.destroy());
	});
	return {
		baseUrl,
		clear: async () => {
			if (server.listening) return;
			const { port, hostname } = new URL(baseUrl);
			await new Promise<void>((resolve, reject) => {
				server.once('error', reject).listen(Number(port), hostname, resolve);
			});
		},
		close: async () => {
			if (server.listening) server.close();
		},
	};
}

async function refusingProxy(
	name: string,
	status: number,
	faultClass: FaultClass,
	variable: string,
): Promise<Obstacle> {
	const tunnels: string[] = [];
	const proxy = createServer((_request, response) => response.writeHead(status).end());
	proxy.on('connect', (request, socket) => {
		tunnels.push(JSON.stringify([request.url, request.rawHeaders]));
		socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
	});
	const url = await listen(proxy);
	proxy.unref();
	return {
		name,
		class: faultClass,
		env: { [variable]: url },
		way: async () => (variable === 'HTTPS_PROXY' ? { baseUrl: 'https://runflow.invalid' } : {}),
		problems: () => leaksIn(tunnels.join('\n')),
	};
}

/** Servers whose certificate must not be accepted, and one that speaks no TLS at all. */
async function tlsObstacles(): Promise<Obstacle[]> {
	const self = certificate('subjectAltName=IP:127.0.0.1', 1);
	const other = certificate('subjectAltName=DNS:somebody.else', 1);
	const expired = certificate('subjectAltName=IP:127.0.0.1', -1);
	// Those two are trusted as such, so that nothing but the name, or the date, is wrong.
	setDefaultCACertificates([...getCACertificates('default'), other.cert, expired.cert]);
	const served = async (name: string, tls: { key: string; cert: string }): Promise<Obstacle> => {
		const server = await startEmulator({ tls, apiKey: API_KEY });
		return {
			name,
			class: 'not trusted',
			way: async () => ({ baseUrl: server.url }),
			problems: () => (server.requestCount > 0 ? ['the server got a request'] : []),
		};
	};
	return [
		await served('self-signed', self),
		await served("another's certificate", other),
		await served('expired', expired),
		{
			name: 'no TLS there',
			class: 'not trusted',
			way: async ({ emulator }) => ({ baseUrl: emulator.url.replace('http:', 'https:') }),
		},
	];
}

/** A key and a certificate that it signs itself. Needs the `openssl` program. */
function certificate(extension: string, days: number): { key: string; cert: string } {
	const folder = mkdtempSync(join(tmpdir(), 'faults-'));
	const openssl = (...parameters: string[]) =>
		execFileSync('openssl', parameters, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
	try {
		openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'key.pem');
		openssl('req', '-new', '-key', 'key.pem', '-subj', '/CN=runflow-faults', '-out', 'request.pem');
		writeFileSync(join(folder, 'extensions'), extension);
		openssl(
			...['x509', '-req', '-in', 'request.pem', '-signkey', 'key.pem', '-days', String(days)],
			...['-extfile', 'extensions', '-out', 'cert.pem'],
		);
		return {
			key: readFileSync(join(folder, 'key.pem'), 'utf8'),
			cert: readFileSync(join(folder, 'cert.pem'), 'utf8'),
		};
	} catch (error) {
		throw new Error('The TLS cells need the openssl program, which did not do its work', {
			cause: error,
		});
	} finally {
		rmSync(folder, { recursive: true });
	}
}
