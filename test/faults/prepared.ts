import { call, createBatch } from '../emulator/apiClient.ts';
import type { Stage } from './operation.ts';

// What operations are about, made at the emulator beforehand; each gives its ids.

/** How many rows a batch has. */
export const ROWS = 3;
const FILE_BYTES = 300_000;

export async function someRun({ emulator }: Stage): Promise<Record<string, string>> {
	const body = { input: { prompt: 'x' } };
	const { json } = await call(emulator, 'POST /v1/models/acme/provider-only/runs', body);
	await emulator.settled();
	return { runId: json.id };
}

export async function someBatch({ emulator, receiver }: Stage): Promise<Record<string, string>> {
	const batchId = await createBatch(
		emulator,
		Array.from({ length: ROWS }, (_, row) => ({ prompt: 'x', client_ref: `row-${row}` })),
		{ callback_url: receiver },
	);
	return { batchId };
}

export async function finishedBatch(stage: Stage): Promise<Record<string, string>> {
	const ids = await someBatch(stage);
	await stage.emulator.settled();
	return ids;
}

export async function batchWithFile({ emulator }: Stage): Promise<Record<string, string>> {
	const input = [{ output_bytes: FILE_BYTES }];
	const { json } = await call(emulator, 'POST /v1/models/acme/big-files/batches', { input });
	await emulator.settled();
	return { batchId: json.id };
}

export async function someSecret({ emulator }: Stage): Promise<Record<string, string>> {
	const { json } = await call(emulator, 'POST /v1/callback-secrets', { label: 'one' });
	return { secretId: json.id };
}
