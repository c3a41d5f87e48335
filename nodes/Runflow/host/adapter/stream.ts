import type { BinaryHelperFunctions } from 'n8n-workflow';

import type { Download } from '../../runflow';

type Stream = Exclude<Parameters<BinaryHelperFunctions['prepareBinaryData']>[0], Buffer>;

interface StreamClass {
	from(chunks: AsyncIterable<Buffer>, options: { objectMode: false }): Stream;
}

let streamClass: StreamClass | undefined;

/**
 * Keeps the class of the streams that n8n hands out: its binary store takes no others, and nothing
 * that n8n exports makes one.
 */
export function learnStreamClass(stream: object): void {
	streamClass ??= stream.constructor as unknown as StreamClass;
}

/** A download as a stream; whatever goes wrong later than its start becomes the stream's error. */
export function toStream({ chunks, close }: Pick<Download, 'chunks' | 'close'>): Stream {
	if (!streamClass) throw new Error('A download begins with an answer, and there was none');
	const stream = streamClass.from(chunks, { objectMode: false });
	// A stream that nobody began to read does not reach the end of its generator.
	stream.once('close', close);
	return stream;
}
