import { listModels } from '../../runflow';
import { limitFields, readLimit } from '../fields/limitFields';
import { readSimplify, simplifyField } from '../fields/simplifyField';
import { fieldsFor, type ItemOperation } from '../operation';
import { modelJson } from './simplifiedModel';

/** Model > Get Many: the catalogue, or what of it matches a search. */
export const getAll: ItemOperation = {
	fields: fieldsFor(
		'model',
		['getAll'],
		[
			{
				displayName: 'Search',
				name: 'search',
				type: 'string',
				default: '',
				placeholder: 'e.g. upscale',
				description:
					'Words that the owner, ID or name of a model must contain, in any order and case. Leave it empty to get all models.',
			},
			...limitFields,
			simplifyField,
		],
	),

	async executeItem(api, itemIndex) {
		const models = await listModels(api, {
			search: String(this.getNodeParameter('search', itemIndex, '') ?? ''),
			most: readLimit(this, itemIndex),
		});
		const simplify = readSimplify(this, itemIndex);
		return models.map((model) => modelJson(model, simplify));
	},
};
