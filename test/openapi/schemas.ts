/**
 * Runflow's OpenAPI 3.1 component schemas, and the answer shapes its pages show for endpoints whose
 * schema they do not print. `additionalProperties: false` on the latter keeps invented fields out.
 */
type Schema = Record<string, unknown>;

const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
const text: Schema = { type: 'string' };
const uuid: Schema = { type: 'string', format: 'uuid' };
const dateTime: Schema = { type: 'string', format: 'date-time' };
const integer: Schema = { type: 'integer' };
const object: Schema = { type: 'object', additionalProperties: true };
const decimal: Schema = { type: 'string', pattern: '^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$' };

function allNullable(properties: Record<string, Schema>): Record<string, Schema> {
	return Object.fromEntries(
		Object.entries(properties).map(([name, schema]) => [name, nullable(schema)]),
	);
}

function closed(properties: Record<string, Schema>, required = Object.keys(properties)): Schema {
	return { type: 'object', properties, required, additionalProperties: false };
}

export const errorResponse: Schema = {
	type: 'object',
	properties: {
		code: text,
		message: text,
		errors: nullable({ type: 'array', items: { type: 'object', additionalProperties: true } }),
	},
	required: ['code', 'message'],
};

export const batchCallbackPayload: Schema = closed({
	event: {
		type: 'string',
		enum: ['batch.succeeded', 'batch.failed', 'batch.cancelled', 'batch.partial_succeeded'],
	},
	batch_id: uuid,
	status: { type: 'string', enum: ['succeeded', 'failed', 'cancelled', 'partial_succeeded'] },
	output: nullable(object),
	duration_ms: nullable(integer),
	created_at: nullable(dateTime),
	completed_at: nullable(dateTime),
	metadata: nullable(object),
});

export const attempt: Schema = {
	type: 'object',
	properties: allNullable({
		id: uuid,
		delivery_id: uuid,
		attempt_number: integer,
		status_code: integer,
		response_body: text,
		response_time_ms: integer,
		error_message: text,
		created_at: dateTime,
	}),
};

export const delivery: Schema = {
	type: 'object',
	properties: allNullable({
		id: uuid,
		batch_id: uuid,
		callback_url: text,
		payload_bytes: text,
		payload: batchCallbackPayload,
		signing_secret_id: uuid,
		is_automatic: { type: 'boolean' },
		status_code: text,
		failure_reason_code: text,
		failure_detail: text,
		attempt_count: integer,
		max_attempts: integer,
		next_attempt_at: dateTime,
		created_at: dateTime,
		updated_at: dateTime,
		completed_at: dateTime,
		attempts: { type: 'array', items: attempt },
	}),
};

/** `GET /v1/batches/{batch_id}/callback`: a bare array. */
export const deliveries: Schema = { type: 'array', items: delivery };

const itemHandle: Schema = closed({
	id: uuid,
	sequence_index: integer,
	run_id: uuid,
	status_code: text,
	client_ref: nullable(text),
});

/** `POST /v1/models/{owner}/{slug}/batches`, 201. */
export const createdBatch: Schema = closed({
	id: uuid,
	target_type: text,
	target_id: uuid,
	status_code: text,
	items_total: integer,
	items_succeeded: integer,
	items_failed: integer,
	items_cancelled: integer,
	items: { type: 'array', items: itemHandle },
	created_at: dateTime,
	output: nullable(object),
	cost: nullable(decimal),
	metadata: nullable(object),
	callback_url: nullable(text),
	started_at: nullable(dateTime),
	completed_at: nullable(dateTime),
});

/** `GET /v1/batches/{id}`. */
export const batch: Schema = closed(
	allNullable({
		id: uuid,
		org_id: uuid,
		target_type_code: text,
		target_type: text,
		target_id: uuid,
		status_code: text,
		source_code: text,
		items_total: integer,
		items_succeeded: integer,
		items_failed: integer,
		items_cancelled: integer,
		input: { type: 'array', items: object },
		resolved_template_id: uuid,
		dispatch_provider_link_id: uuid,
		cost: decimal,
		output: object,
		metadata: object,
		callback_url: text,
		duration_ms: integer,
		failure_code: text,
		failure_message: text,
		failure_stage_code: text,
		created_by: uuid,
		created_at: dateTime,
		started_at: dateTime,
		completed_at: dateTime,
		links: object,
		items: { type: 'array', items: itemHandle },
	}),
);

/** `GET /v1/batches/{batch_id}/items/{id}`. */
export const batchItem: Schema = closed(
	allNullable({
		id: uuid,
		batch_id: uuid,
		sequence_index: integer,
		run_id: uuid,
		created_at: dateTime,
		client_ref: text,
		status_code: text,
		input: object,
		cost: decimal,
		output: object,
		error: object,
		started_at: dateTime,
		completed_at: dateTime,
	}),
);

/** `GET /v1/batches/{batch_id}/items`. */
export const batchItems: Schema = closed({
	items: { type: 'array', items: batchItem },
	first: nullable(text),
	next: nullable(text),
	previous: nullable(text),
});
