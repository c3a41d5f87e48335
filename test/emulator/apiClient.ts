import type { Emulator } from './emulator.ts';

/** An answer with its body read; `json` is undefined when the body is none. */
export interface ClientAnswer {
	status: number;
	headers: Headers;
	text: string;
	// What the API answers is looked at field by field in tests.
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	json: any;
}

/** Sends one request with the emulator's key, as a plain API client would. */
export async function call(
	emulator: Emulator,
	line: string,
	body?: unknown,
	headers: Record<string, string> = {},
): Promise<ClientAnswer> {
	const [method, path] = line.split(' ');
	const response = await fetch(`${emulator.url}${path}`, {
		method,
		redirect: 'manual',
		headers: {
			Authorization: `Bearer ${emulator.apiKey}`,
			...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
			...headers,
		},
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const text = await response.text();
	return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Creates a batch of `acme/undeclared`, which takes any input, and gives back its id. */
export async function createBatch(
	emulator: Emulator,
	input: Record<string, unknown>[],
	more: Record<string, unknown> = {},
): Promise<string> {
	const answer = await call(emulator, 'POST /v1/models/acme/undeclared/batches', {
		input,
		...more,
	});
	if (answer.status !== 201) throw new Error(answer.text);
	return answer.json.id;
}
