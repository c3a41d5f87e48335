import { createHash } from 'node:crypto';

import { picture } from './png.ts';
import { bytes } from './reply.ts';
import type { ByteSource } from './reply.ts';

const BLOCK = 65_536;
const FILM_BYTES = 4096;

/** A file that a model made. Its bytes follow from its id, so nothing is stored. */
export interface ResultFile {
	id: string;
	type: 'image' | 'video';
	/** Wanted length; pictures and films have a natural one otherwise. */
	size: number | null;
}

/** Name of the file in its URL. */
export function fileName(file: ResultFile): string {
	return `${file.id}.${file.type === 'video' ? 'mp4' : 'png'}`;
}

/** MIME type of the file. */
export function contentType(file: ResultFile): string {
	return file.type === 'video' ? 'video/mp4' : 'image/png';
}

/** The bytes of a file: a real picture or the head of a film, then deterministic filling up to its size. */
export function fileBytes(file: ResultFile): ByteSource {
	const head = file.type === 'video' ? filmHead() : picture(file.id);
	const size = file.size ?? (file.type === 'video' ? FILM_BYTES : head.length);
	if (size <= head.length) return bytes(head.subarray(0, size));
	const block = filling(file.id);
	return {
		size,
		chunk(offset, length) {
			const most = Math.min(length, size - offset);
			if (offset < head.length) return head.subarray(offset, Math.min(head.length, offset + most));
			const within = offset % BLOCK;
			return block.subarray(within, Math.min(BLOCK, within + most));
		},
	};
}

function filling(name: string): Buffer {
	const seed = createHash('sha256').update(name).digest();
	const block = Buffer.allocUnsafe(BLOCK);
	for (let at = 0; at < BLOCK; at++) block[at] = seed[at % 32] ^ (at >> 5) ^ (at >> 13);
	return block;
}

function filmHead(): Buffer {
	const head = Buffer.alloc(24);
	head.writeUInt32BE(24, 0);
	head.write('ftypisom', 4, 'latin1');
	head.writeUInt32BE(512, 12);
	head.write('isommp42', 16, 'latin1');
	return head;
}
