import { getModel } from '../../runflow';
import { modelField, readModelPath } from '../batch/input/model';
import { readSimplify, simplifyField } from '../fields/simplifyField';
import { fieldsFor, type ItemOperation } from '../operation';
import { modelJson } from './simplifiedModel';

/** Model > Get: one model with the declarations of its inputs. */
export const get: ItemOperation = {
	fields: fieldsFor(
		'model',
		['get'],
		[{ ...modelField, description: 'The model to get' }, simplifyField],
	),

	async executeItem(api, itemIndex) {
		const model = await getModel(api, readModelPath(this, itemIndex));
		return modelJson(model, readSimplify(this, itemIndex));
	},
};
