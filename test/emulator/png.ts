import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

const SIDE = 128;

/** Width and height of every picture. */
export const pictureSide = SIDE;

/** A small real PNG whose colours depend on the name, the same for the same name. */
export function picture(name: string): Buffer {
	const [r1, g1, b1, r2, g2, b2] = createHash('sha256').update(name).digest();
	const rows = Buffer.alloc(SIDE * (1 + SIDE * 3));
	for (let y = 0; y < SIDE; y++) {
		let at = y * (1 + SIDE * 3) + 1;
		for (let x = 0; x < SIDE; x++) {
			const share = (x + y) / (2 * SIDE);
			rows[at++] = r1 + (r2 - r1) * share;
			rows[at++] = g1 + (g2 - g1) * share;
			rows[at++] = b1 + (b2 - b1) * share;
		}
	}
	const header = Buffer.from([0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 2, 0, 0, 0]);
	return Buffer.concat([
		Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
		chunk('IHDR', header),
		chunk('IDAT', deflateSync(rows)),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

function chunk(type: string, data: Buffer): Buffer {
	const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const length = Buffer.alloc(4);
	length.writeUInt32BE(data.length);
	const sum = Buffer.alloc(4);
	sum.writeUInt32BE(crc32(typed));
	return Buffer.concat([length, typed, sum]);
}
