import { call } from '../emulator/apiClient.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { node } from './workflow.ts';

/** Makes result files at the emulator; returns the links. */
export async function resultLinks(
	emulator: Emulator,
	count: number,
	bytes?: number,
): Promise<string[]> {
	const input = Array.from({ length: count }, () => ({
		image_url: 'https://example.com/a.png',
		...(bytes ? { output_bytes: bytes } : {}),
	}));
	const path = 'POST /v1/models/runflow/background-removal/batches';
	const { json } = await call(emulator, path, { input });
	await emulator.settled();
	const batch = await call(emulator, `GET /v1/batches/${json.id}`);
	const rows = batch.json.output.items as Array<{ output: { outputs: Array<{ url: string }> } }>;
	return rows.flatMap(({ output }) => output.outputs.map(({ url }) => url));
}

/** n8n's own node that fetches a file. */
export const fetchFile = () =>
	node(
		'Fetch',
		'httpRequest',
		{
			url: '={{ $json.link }}',
			options: { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } },
		},
		{ typeVersion: 4.2 },
	);
