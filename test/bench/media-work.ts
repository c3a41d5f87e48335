import type { INode } from 'n8n-workflow';

import { call } from '../emulator/apiClient.ts';
import type { Stage } from '../stage/stage.ts';
import { node } from '../stage/workflow.ts';

/** Sessions for the node that only knows how to send the bytes. */
export async function uploadRows({ emulator }: Stage, links: string[]) {
	return await Promise.all(
		links.map(async (link) => {
			const { headers } = await fetch(link, { headers: { range: 'bytes=0-0' } });
			const size_bytes = Number(headers.get('content-range')?.split('/')[1]);
			const session = { filename: 'a.png', mime_type: 'image/png', size_bytes };
			const { json } = await call(emulator, 'POST /v1/asset-uploads', session);
			return { link, upload_url: json.upload_url as string };
		}),
	);
}

/** Media > Download, or another operation of it. */
export const media = (stage: Stage, parameters: INode['parameters']) =>
	node(
		'Media',
		'n8n-nodes-runflow.runflow',
		{ resource: 'media', operation: 'download', ...parameters },
		{ credentials: stage.credential },
	);

/** The HTTP Request node that sends a file. */
export const httpUpload = () =>
	node(
		'Theirs',
		'httpRequest',
		{
			method: 'PUT',
			url: "={{ $('Rows').item.json.upload_url }}",
			sendBody: true,
			contentType: 'binaryData',
			inputDataFieldName: 'data',
			options: {},
		},
		{ typeVersion: 4.2 },
	);
