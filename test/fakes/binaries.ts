import { Readable } from 'node:stream';

import { NodeOperationError, type IBinaryData, type INodeExecutionData } from 'n8n-workflow';

import { fakeNode } from './node.ts';

/** n8n's binary store in memory, with the helpers that nodes reach it by (n8n-core, binary-helper-functions). */
export class FakeBinaries {
	/** Contents by id. */
	readonly stored = new Map<string, Buffer>();

	/** A binary that lies in the store; with `inline` its bytes are in the item instead. */
	binary(bytes: Buffer, change: Partial<IBinaryData> = {}, inline = false): IBinaryData {
		const known = { mimeType: 'image/png', fileName: 'in.png', ...change };
		if (inline) return { ...known, data: bytes.toString('base64') };
		const id = `fake:${this.stored.size}`;
		this.stored.set(id, bytes);
		return { ...known, data: 'fake', id, bytes: bytes.length };
	}

	/** For the `helpers` of a context with these input items. */
	helpers(items: INodeExecutionData[]) {
		return {
			assertBinaryData: (itemIndex: number, property: string) => {
				const binary = items[itemIndex].binary?.[property];
				if (!binary) throw new NodeOperationError(fakeNode(), `no binary field ${property}`);
				return binary;
			},
			getBinaryStream: async (id: string) => Readable.from([this.stored.get(id)!]),
			getBinaryMetadata: async (id: string) => ({ fileSize: this.stored.get(id)!.length }),
			prepareBinaryData: async (stream: Readable, fileName: string, mimeType: string) => {
				const chunks: Buffer[] = [];
				for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
				return this.binary(Buffer.concat(chunks), { fileName, mimeType });
			},
		};
	}
}
