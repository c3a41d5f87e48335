import type { IDataObject } from 'n8n-workflow';

import { connectFiles } from '../../host/connection/connection';
import { uploadAsset } from '../../runflow';
import { readBinaryFile, uploadError, UPLOADS_AT_ONCE } from '../binaryFile';
import { optionsField } from '../fields/optionsField';
import { readSimplifySince2, simplifyFieldsSince2 } from '../fields/simplifyField';
import { fieldsFor, type ItemOperation } from '../operation';

const FIELD = 'Input Binary Field';

/** Media > Upload: a file of the input item becomes an asset that models can refer to. */
export const upload: ItemOperation = {
	concurrency: UPLOADS_AT_ONCE,
	fields: fieldsFor(
		'media',
		['upload'],
		[
			{
				displayName: FIELD,
				name: 'binaryPropertyName',
				type: 'string',
				required: true,
				default: 'data',
				hint: 'The name of the input binary field that holds the file to upload',
				description: 'An image, video or audio file of up to 50 MiB',
			},
			...simplifyFieldsSince2,
			optionsField([
				{
					displayName: 'File Name',
					name: 'fileName',
					type: 'string',
					default: '',
					placeholder: 'e.g. shoe.png',
					description:
						'What the asset is called in Runflow. Leave it empty to use the name of the file.',
				},
				{
					displayName: 'MIME Type',
					name: 'mimeType',
					type: 'string',
					default: '',
					placeholder: 'e.g. image/png',
					description: 'The type of the file. Leave it empty to use the type that n8n knows.',
				},
			]),
		],
	),

	async executeItem(api, itemIndex) {
		const option = (name: string) =>
			String(this.getNodeParameter(`options.${name}`, itemIndex, '') ?? '').trim();
		const property = String(this.getNodeParameter('binaryPropertyName', itemIndex, '') ?? '');
		const file = await readBinaryFile(this, itemIndex, property.trim(), FIELD, {
			name: option('fileName'),
			mimeType: option('mimeType'),
		});
		const files = await connectFiles(this);
		const { asset_id, ref, ...asset } = await uploadAsset(api, files, file).catch(
			(error: unknown) => {
				throw uploadError(this, itemIndex, FIELD, file, error);
			},
		);
		if (!readSimplifySince2(this, itemIndex)) return { asset_id, ref, ...asset } as IDataObject;
		const { url = null, name = null, mime_type = null, size_bytes = null } = asset;
		return { asset_id, ref, url, name, mime_type, size_bytes };
	},
};
