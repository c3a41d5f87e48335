import { createHmac, randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';

/** The signing secret of the organization that is attacked. */
export const SECRET = 'whsec_emulator_signing_secret';

export const sign = (body: Buffer | string, secret = SECRET) =>
	createHmac('sha256', secret).update(body).digest('hex');

/** A genuine callback; `changes` make it something else. */
export const payload = (changes: object = {}) => ({
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

const json = { 'content-type': 'application/json' };
export const signed = (body: Buffer | string, secret?: string) => ({
	...json,
	'runflow-signature': sign(body, secret),
});

type Case = [name: string, body: Buffer | string, headers: OutgoingHttpHeaders, status: number];

export const good = JSON.stringify(payload());
export const goodSignature = sign(good);
const withBom = `\uFEFF${good}`;
const deep = `{"event":"batch.succeeded","output":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`;
const form = [
	'--x\r\nContent-Disposition: form-data; name="event"\r\n\r\nbatch.succeeded\r\n--x--\r\n',
].join('');

/**
 * What is refused wherever it is posted, before anything else is looked at. n8n itself answers JSON
 * that does not parse (422) and what is larger than N8N_PAYLOAD_SIZE_MAX (500).
 */
export const unsigned: Case[] = [
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
export const malformed: Case[] = (
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
export const genuine: Array<[name: string, body: Buffer | string, headers: OutgoingHttpHeaders]> = [
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
