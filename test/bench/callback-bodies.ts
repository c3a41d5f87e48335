import { createHmac, randomUUID } from 'node:crypto';

/** The bytes of a callback as Runflow would send it, and their signature. */
export interface SignedCallback {
	batchId: string;
	body: Buffer;
	signature: string;
}

/**
 * A callback of about so many bytes that is like no other: rows as Runflow describes them, at most
 * a hundred, with inputs long enough to fill it.
 */
export function signedCallback(bytes: number, secret: string): SignedCallback {
	const batchId = randomUUID();
	const count = Math.min(100, Math.max(1, Math.floor(bytes / 1_000)));
	const total = { succeeded: count, failed: 0, cancelled: 0, total: count };
	const payload = (fill: number) =>
		JSON.stringify({
			event: 'batch.succeeded',
			batch_id: batchId,
			status: 'succeeded',
			output: { items: Array.from({ length: count }, (_, index) => row(index, fill)), ...total },
			duration_ms: 12_345,
			created_at: '2026-05-06T10:00:00.000000+00:00',
			completed_at: '2026-05-06T10:00:12.345000+00:00',
			metadata: { order: 4711 },
		});
	const empty = Buffer.byteLength(payload(0));
	const body = Buffer.from(payload(Math.max(0, Math.floor((bytes - empty) / count))));
	return { batchId, body, signature: createHmac('sha256', secret).update(body).digest('hex') };
}

/** A row whose prompt is that long: words, as a prompt has. */
function row(index: number, fill: number) {
	return {
		id: randomUUID(),
		sequence_index: index,
		run_id: randomUUID(),
		status_code: 'succeeded',
		client_ref: `row-${index}`,
		input: {
			image_url: `https://example.com/pictures/${index}.png`,
			prompt: 'a product on white, soft light, "studio" '
				.repeat(Math.ceil(fill / 40))
				.slice(0, fill),
		},
		output: {
			outputs: [
				{
					type: 'image',
					url: `https://files.example.com/${randomUUID()}.png?signature=${randomUUID()}`,
					content_type: 'image/png',
					width: 1024,
					height: 1024,
				},
			],
		},
	};
}
