import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { download } from './download.operation';
import { upload } from './upload.operation';

export const mediaOperations: Record<string, Operation> = { download, upload };

export const mediaDescription: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['media'] } },
		default: 'download',
		options: [
			{
				name: 'Download',
				value: 'download',
				action: 'Download media',
				description: 'Get the files of results as binary data',
			},
			{
				name: 'Upload',
				value: 'upload',
				action: 'Upload media',
				description: 'Upload binary data, so that models can take it as input',
			},
		],
	},
	...download.fields,
	...upload.fields,
];
