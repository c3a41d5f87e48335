import { Readable } from 'node:stream';

import type { Download } from '../../nodes/Runflow/runflow';

/** A download as a stream; whatever goes wrong later than its start becomes the stream's error. */
export function toReadable({ chunks, close }: Pick<Download, 'chunks' | 'close'>): Readable {
	const stream = Readable.from(chunks, { objectMode: false });
	// A stream that nobody began to read does not reach the end of its generator.
	stream.once('close', close);
	return stream;
}
