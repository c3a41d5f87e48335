import fc from 'fast-check';

import { readCallback } from '../../../../../nodes/Runflow/runflow/callbacks/callback.ts';
import { BATCH_ID, callbackBody, callbackPayload } from '../../../../fakes/callbacks.ts';

const read = (value: unknown) => readCallback(Buffer.from(JSON.stringify(value)));

describe('readCallback', () => {
	it('reads a callback as the docs describe it', () => {
		expect(readCallback(callbackBody())).toEqual({ valid: true, callback: callbackPayload() });
	});

	it.each([
		['batch.succeeded', 'succeeded'],
		['batch.failed', 'failed'],
		['batch.cancelled', 'cancelled'],
		['batch.partial_succeeded', 'partial_succeeded'],
	])('reads %s with %s', (event, status) => {
		expect(readCallback(callbackBody({ event, status }))).toMatchObject({
			valid: true,
			callback: { event, status },
		});
	});

	it.each([
		['batch.canceled', 'canceled'],
		['batch.cancelled', 'canceled'],
		['batch.canceled', 'cancelled'],
	])('makes one spelling of %s with %s', (event, status) => {
		expect(readCallback(callbackBody({ event, status }))).toMatchObject({
			valid: true,
			callback: { event: 'batch.cancelled', status: 'cancelled' },
		});
	});

	it("reads the bytes of Python's json.dumps: blanks after separators, ASCII escapes", () => {
		const text = `{"event": "batch.succeeded", "batch_id": "${BATCH_ID}", "status": "succeeded", "output": null, "duration_ms": null, "created_at": "2026-05-06T10:00:00.000+00:00", "completed_at": null, "metadata": {"name": "Gr\\u00f6\\u00dfe \\ud83c\\udfa8"}}`;
		expect(readCallback(Buffer.from(text, 'ascii'))).toMatchObject({
			valid: true,
			callback: { metadata: { name: 'Größe 🎨' }, output: null, duration_ms: null },
		});
	});

	it('passes unknown fields on, at every level', () => {
		const payload = callbackPayload({
			attempt: 3,
			nested: { a: [1, { b: null }] },
			output: { items: [], spare: { x: 1 } },
		});
		expect(read(payload)).toEqual({ valid: true, callback: payload });
	});

	it('fills in nullable fields that are absent', () => {
		expect(read({ event: 'batch.failed', batch_id: BATCH_ID, status: 'failed' })).toEqual({
			valid: true,
			callback: {
				event: 'batch.failed',
				batch_id: BATCH_ID,
				status: 'failed',
				output: null,
				duration_ms: null,
				created_at: null,
				completed_at: null,
				metadata: null,
			},
		});
	});

	it.each<[string, Buffer]>([
		['nothing', Buffer.alloc(0)],
		['text', Buffer.from('hello')],
		['half of a callback', callbackBody().subarray(0, 200)],
		['two callbacks', Buffer.concat([callbackBody(), callbackBody()])],
		['bytes that are no UTF-8', Buffer.concat([callbackBody(), Buffer.from([0xff])])],
		['text in Latin-1', Buffer.from(callbackBody({ spare: 'Größe' }).toString(), 'latin1')],
		['UTF-16', Buffer.from(callbackBody().toString(), 'utf16le')],
		['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), callbackBody()])],
		['a form', Buffer.from('event=batch.succeeded')],
	])('refuses %s as no JSON', (_, body) => {
		expect(readCallback(body)).toEqual({
			valid: false,
			fault: 'The body is not JSON in UTF-8.',
		});
	});

	it.each([null, 1, 'text', true])('refuses %j, which is no object', (value) => {
		expect(read(value)).toEqual({
			valid: false,
			fault: 'The body is not a batch callback; wrong or missing: body.',
		});
	});

	it.each<[string, Record<string, unknown>]>([
		['event', { event: undefined }],
		['event', { event: 7 }],
		['batch_id', { batch_id: undefined }],
		['batch_id', { batch_id: { $ne: null } }],
		['status', { status: undefined }],
		['status', { status: ['succeeded'] }],
		['output', { output: 'text' }],
		['output', { output: [] }],
		['duration_ms', { duration_ms: '12' }],
		['created_at', { created_at: 17 }],
		['completed_at', { completed_at: {} }],
		['metadata', { metadata: [1] }],
		['metadata', { metadata: false }],
	])('names %s in %j', (field, change) => {
		expect(read(callbackPayload(change))).toEqual({
			valid: false,
			fault: `The body is not a batch callback; wrong or missing: ${field}.`,
		});
	});

	it('refuses an array, and a run callback', () => {
		expect(read([callbackPayload()]).valid).toBe(false);
		const { batch_id: runId, ...rest } = callbackPayload();
		expect(read({ ...rest, event: 'run.completed', run_id: runId }).valid).toBe(false);
	});

	it.each(['', 'batch_01J0', `${BATCH_ID}/../x`, `${BATCH_ID}\n`])(
		'refuses the batch id %j',
		(batch_id) => {
			expect(readCallback(callbackBody({ batch_id }))).toEqual({
				valid: false,
				fault: 'batch_id is not a UUID.',
			});
		},
	);

	it.each([
		['batch.succeeded', 'failed'],
		['batch.failed', 'succeeded'],
		['batch.partial_succeeded', 'succeeded'],
		['batch.running', 'running'],
		['batch.', ''],
		['run.failed', 'failed'],
		['Batch.Failed', 'failed'],
		['batch.failed ', 'failed'],
		['batch.toString', 'toString'],
	])('refuses %j with %j', (event, status) => {
		expect(readCallback(callbackBody({ event, status }))).toEqual({
			valid: false,
			fault: 'event and status do not name the same terminal state.',
		});
	});

	it('lets __proto__ and constructor keys pollute nothing', () => {
		const hostile = callbackBody()
			.toString()
			.replace(
				'{',
				'{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}},',
			);
		const reading = readCallback(Buffer.from(hostile));
		expect(reading.valid).toBe(true);
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
		expect(Object.getPrototypeOf((reading as { callback: object }).callback)).toBe(
			Object.prototype,
		);
	});

	it('takes no field from a prototype that the body brings along', () => {
		const body = Buffer.from(`{"__proto__": ${callbackBody().toString()}}`);
		expect(readCallback(body).valid).toBe(false);
	});

	it('never throws, and repeats nothing of the body in a fault', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
				expect(readCallback(bytes).valid).toBe(false);
			}),
		);
		fc.assert(
			fc.property(fc.json(), (json) => {
				expect(readCallback(Buffer.from(json)).valid).toBe(false);
			}),
		);
		const marker = 'SECRET-MARKER';
		const field = fc.constantFrom(...Object.keys(callbackPayload()));
		fc.assert(
			fc.property(field, fc.oneof(fc.jsonValue(), fc.constant(marker)), (name, value) => {
				const reading = read(callbackPayload({ [name]: value }));
				if (!reading.valid) expect(reading.fault).not.toContain(marker);
			}),
		);
	});
});

describe('a body that the host has parsed', () => {
	it('is not parsed again', () => {
		const parse = jest.spyOn(JSON, 'parse');
		try {
			const reading = readCallback(callbackBody(), callbackPayload());
			expect(reading).toEqual({ valid: true, callback: callbackPayload() });
			expect(parse).not.toHaveBeenCalled();
		} finally {
			parse.mockRestore();
		}
	});

	it('is examined all the same', () => {
		expect(readCallback(callbackBody(), []).valid).toBe(false);
		expect(readCallback(callbackBody(), { ...callbackPayload(), batch_id: 'x' }).valid).toBe(false);
		const notUtf8 = Buffer.concat([callbackBody().subarray(0, -1), Buffer.from([0xff, 0x7d])]);
		expect(readCallback(notUtf8, callbackPayload()).valid).toBe(false);
	});
});
