import { createHmac, randomUUID } from 'node:crypto';
import { request, type OutgoingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

import { assertNothingLeaked } from '../stage/leaks.ts';
import { createAndWait, jsonOf, rowsOf, start } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

const SECRET = 'whsec_emulator_signing_secret';

let stage: Stage;
let trigger: { id: string; url: string };
let triedAndRefused = 0;

beforeAll(async () => {
	stage = await startStage({ emulator: { callbackSecret: SECRET } });
	const webhookId = randomUUID();
	const { id } = await stage.n8n.createWorkflow(
		workflow('Trigger', [
			node(
				'Callback',
				'n8n-nodes-runflow.runflowTrigger',
				{ options: { ignoreRepeats: false } },
				{ webhookId, credentials: stage.credential },
			),
		]),
	);
	expect(await stage.n8n.activate(id)).toBeUndefined();
	trigger = { id, url: `${stage.n8n.url}/webhook/${webhookId}/runflow` };
}, 900_000);
afterAll(async () => {
	console.log(`Hostile requests sent to a real n8n: ${triedAndRefused}, accepted: 0`);
	await stage?.close();
});

const sign = (body: Buffer | string, secret = SECRET) =>
	createHmac('sha256', secret).update(body).digest('hex');

/** A genuine callback; `changes` make it something else. */
const payload = (changes: object = {}) => ({
	event: 'batch.succeeded',
	batch_id: randomUUID(),
	status: 'succeeded',
	output: { items: [], succeeded: 0, failed: 0, cancelled: 0, total: 0 },
	duration_ms: 1,
	created_at: '2026-05-06T10:00:00.000001+00:00',
	completed_at: '2026-05-06T10:00:01+00:00',
	metadata: null,
	...changes,
});

/** Posts exactly these bytes and headers; gives the status, and fails when no answer comes. */
async function post(url: string, body: Buffer | string, headers: OutgoingHttpHeaders = {}) {
	return await new Promise<number>((resolve, reject) => {
		const message = request(url, { method: 'POST', timeout: 20_000, headers }, (response) => {
			response.resume();
			response.on('end', () => resolve(response.statusCode ?? 0));
		});
		message.on('timeout', () => message.destroy(new Error('The request was left unanswered')));
		message.on('error', reject);
		message.end(body);
	});
}

const json = { 'content-type': 'application/json' };
const signed = (body: Buffer | string, secret?: string) => ({
	...json,
	'runflow-signature': sign(body, secret),
});

type Case = [name: string, body: Buffer | string, headers: OutgoingHttpHeaders, status: number];

const good = JSON.stringify(payload());
const goodSignature = sign(good);
const withBom = `\uFEFF${good}`;
const deep = `{"event":"batch.succeeded","output":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`;
const form = [
	'--x\r\nContent-Disposition: form-data; name="event"\r\n\r\nbatch.succeeded\r\n--x--\r\n',
].join('');

/**
 * What is refused wherever it is posted, before anything else is looked at. n8n itself answers JSON
 * that does not parse (422) and what is larger than N8N_PAYLOAD_SIZE_MAX (500).
 */
const unsigned: Case[] = [
	['no signature', good, json, 401],
	['an empty signature', good, { ...json, 'runflow-signature': '' }, 401],
	[
		'an upper-case signature',
		good,
		{ ...json, 'runflow-signature': goodSignature.toUpperCase() },
		401,
	],
	['a prefixed signature', good, { ...json, 'runflow-signature': `sha256=${goodSignature}` }, 401],
	[
		'a truncated signature',
		good,
		{ ...json, 'runflow-signature': goodSignature.slice(0, 63) },
		401,
	],
	['a doubled signature', good, { ...json, 'runflow-signature': goodSignature.repeat(2) }, 401],
	[
		'two signature headers',
		good,
		{ ...json, 'runflow-signature': [goodSignature, 'a'.repeat(64)] },
		401,
	],
	[
		'a comma-joined signature',
		good,
		{ ...json, 'runflow-signature': `${goodSignature},${goodSignature}` },
		401,
	],
	[
		'a base64 signature',
		good,
		{ ...json, 'runflow-signature': Buffer.from(goodSignature, 'hex').toString('base64') },
		401,
	],
	['a signature of another tenant', good, signed(good, 'whsec_of_somebody_else'), 401],
	['a signature with an empty secret', good, signed(good, ''), 401],
	['a signature with a blank secret', good, signed(good, ' '), 401],
	['a body with a byte more', `${good} `, { ...json, 'runflow-signature': goodSignature }, 401],
	['a truncated body', good.slice(0, -1), { ...json, 'runflow-signature': goodSignature }, 422],
	['an empty body', '', { ...json, 'runflow-signature': goodSignature }, 401],
	['a form upload', form, { 'content-type': 'multipart/form-data; boundary=x' }, 400],
	[
		'17 MiB',
		Buffer.alloc(17 * 1024 * 1024, ' '),
		{ ...json, 'runflow-signature': goodSignature },
		500,
	],
];

/** What is signed with the right secret and still is no batch callback. */
const malformed: Case[] = (
	[
		['nothing', ''],
		['a number', '1'],
		['an array', '[]'],
		['an empty object', '{}'],
		['a byte order mark', withBom],
		['UTF-16', Buffer.from(good, 'utf16le')],
		['a broken UTF-8 sequence', Buffer.concat([Buffer.from(good), Buffer.from([0xff])])],
		['deep nesting', deep],
		['an event and a status that disagree', JSON.stringify(payload({ status: 'failed' }))],
		['an unknown event', JSON.stringify(payload({ event: 'batch.exploded' }))],
		['a run callback', JSON.stringify(payload({ event: 'run.completed' }))],
		['a batch id that is no UUID', JSON.stringify(payload({ batch_id: '../../etc/passwd' }))],
		['an output that is a list', JSON.stringify(payload({ output: [] }))],
	] as const
).map(([name, body]) => [
	`${name}, signed`,
	body,
	{ ...signed(Buffer.from(body)), 'content-type': 'text/plain' },
	400,
]);

/** Unusual, but genuine: the signature is right and the content is a batch callback. */
const genuine: Array<[name: string, body: Buffer | string, headers: OutgoingHttpHeaders]> = [
	[
		'spaces and escapes as Python writes them',
		pythonJson(payload({ metadata: { name: 'Zoë 🚲' } })),
		{},
	],
	['a repeated key', good.replace('{', '{"status":"failed",'), {}],
	[
		'__proto__ in the metadata',
		good.replace('"metadata":null', '"metadata":{"__proto__":{"polluted":true}}'),
		{},
	],
	[
		'numbers beyond double precision',
		good.replace('"metadata":null', '"metadata":{"id":12345678901234567890}'),
		{},
	],
	['a lone surrogate', good.replace('"metadata":null', '"metadata":{"text":"\\ud800"}'), {}],
	['another content type', good, { 'content-type': 'text/plain' }],
	['no content type', good, { 'content-type': undefined }],
	['15 MiB', JSON.stringify(payload({ metadata: { text: 'x'.repeat(15 * 1024 * 1024) } })), {}],
];

/** JSON as Python's json.dumps writes it: a space after separators, everything beyond ASCII escaped. */
function pythonJson(value: object): string {
	return JSON.stringify(value)
		.replace(/":/g, '": ')
		.replace(/,"/g, ', "')
		.replace(
			/[\u0080-\uffff]/g,
			(char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
		);
}

describe('Runflow Trigger', () => {
	it.each([...unsigned, ...malformed])('refuses %s', async (_, body, headers, status) => {
		const before = (await stage.n8n.executions(trigger.id)).length;
		expect(await post(trigger.url, body, headers)).toBe(status);
		triedAndRefused++;
		expect(await stage.n8n.executions(trigger.id)).toHaveLength(before);
	});

	it('refuses a compressed body whose bytes were signed after compression', async () => {
		const compressed = gzipSync(good);
		const headers = { ...signed(compressed), 'content-encoding': 'gzip' };
		expect(await post(trigger.url, compressed, headers)).toBe(401);
		triedAndRefused++;
	});

	it.each(genuine)('accepts %s', async (_, body, headers) => {
		const [latest] = await stage.n8n.executions(trigger.id);
		const all = { ...signed(body), ...headers };
		const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
		expect(await post(trigger.url, body, sent)).toBe(200);
		const execution = await stage.n8n.waitForExecution({
			workflowId: trigger.id,
			after: latest?.id ?? '0',
		});
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, 'Callback')).toMatchObject([{ event: 'batch.succeeded' }]);
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
	});

	it('refuses every change of a bit and any made-up header', async () => {
		const body = Buffer.from(good);
		const before = (await stage.n8n.executions(trigger.id)).length;
		const bit = (bytes: Buffer, position: number) => {
			const changed = Buffer.from(bytes);
			changed[position >> 3] ^= 1 << (position & 7);
			return changed;
		};
		await fc.assert(
			fc.asyncProperty(
				fc.oneof(
					fc.nat(body.length * 8 - 1).map((at) => ({ body: bit(body, at), header: goodSignature })),
					fc.nat(255).map((at) => ({
						body,
						header: bit(Buffer.from(goodSignature, 'hex'), at).toString('hex'),
					})),
					fc
						.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF =,') })
						.map((header) => ({ body, header })),
				),
				async (forged) => {
					const status = await post(trigger.url, forged.body, {
						'content-type': 'text/plain',
						'runflow-signature': forged.header,
					});
					triedAndRefused++;
					return status === 401;
				},
			),
			{ numRuns: 200 },
		);
		expect(await stage.n8n.executions(trigger.id)).toHaveLength(before);
	});
});

it('finds a secret where there is one', () => {
	expect(() => assertNothingLeaked(stage.n8n, ['batch.succeeded'])).toThrow('database.sqlite');
});

describe('a parked execution', () => {
	afterEach(() => stage.emulator.release());

	it('is resumed by none of it', async () => {
		stage.emulator.holdBatches();
		const { executionId } = await start(
			stage,
			workflow('Parked', [...manualRows(rowsOf(['x'])), createAndWait(stage)]),
		);
		await stage.n8n.waitForExecution({ id: executionId, status: 'waiting' });
		const [batch] = [...stage.emulator.batches.values()].slice(-1);
		const url = String(batch.callbackUrl);
		for (const [name, body, headers, status] of [...unsigned, ...malformed]) {
			expect([name, await post(url, body, headers)]).toEqual([name, status]);
			triedAndRefused++;
		}
		const foreign = JSON.stringify(payload());
		expect(await post(url, foreign, signed(foreign))).toBe(200);
		const own = JSON.stringify(payload({ batch_id: batch.id }));
		const stolen = url.replace(/signature=[^&]*/, `signature=${'0'.repeat(64)}`);
		expect(await post(stolen, own, signed(own))).toBe(401);
		triedAndRefused += 2;
		expect((await stage.n8n.execution(executionId)).status).toBe('waiting');
		stage.emulator.release();
		const execution = await stage.n8n.waitForExecution({ id: executionId });
		expect(jsonOf(execution, 'Runflow')).toMatchObject([{ status_code: 'succeeded' }]);
	});
});
