import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../host/errors/nodeError';
import { createCallbackSecret } from '../../runflow';
import { failedItem } from '../failedItem';
import { fieldsFor, type InputOperation } from '../operation';
import { labelField, readLabel } from './secretFields';

/**
 * Callback Secret > Create: the one operation whose output holds a secret, because it is made here.
 * One secret for each label, however many items come in; its item is linked to all that asked for it.
 */
export const create: InputOperation = {
	fields: fieldsFor(
		'callbackSecret',
		['create'],
		[
			{
				displayName:
					"The secret is shown once, as 'plain_secret' in the output, and never again. To change secrets without losing a callback: 1. Create the new one here. 2. In the Runflow API credential, move the old one to 'Previous Callback Secret' and paste the new one into 'Callback Secret'. 3. Make it current with Update. 4. When no delivery signed with the old one is left, empty 'Previous Callback Secret'. The output is stored with this execution, so delete the execution afterwards.",
				name: 'secretNotice',
				type: 'notice',
				default: '',
			},
			{ ...labelField, required: true },
		],
	),

	async executeInput(api) {
		const { byLabel, failed } = itemsByLabel(this);
		const made: INodeExecutionData[] = [];
		for (const [label, items] of byLabel) {
			const pairedItem = items.map((item) => ({ item }));
			try {
				const json = (await createCallbackSecret(api, label)) as IDataObject;
				made.push({ json, pairedItem });
			} catch (error) {
				if (!this.continueOnFail()) throw toNodeError(this.getNode(), error, items[0], lost(made));
				failed.push(...items.map((item) => failedItem(this, error, item)));
			}
		}
		return [...made, ...failed];
	},
};

/** The items that ask for each label; nothing is sent before all labels are read. */
function itemsByLabel(context: IExecuteFunctions) {
	const byLabel = new Map<string, number[]>();
	const failed: INodeExecutionData[] = [];
	context.getInputData().forEach((_, item) => {
		try {
			const label = readLabel(context, item, 'label');
			byLabel.set(label, [...(byLabel.get(label) ?? []), item]);
		} catch (error) {
			if (!context.continueOnFail()) throw toNodeError(context.getNode(), error, item);
			failed.push(failedItem(context, error, item));
		}
	});
	return { byLabel, failed };
}

function lost(made: INodeExecutionData[]): string {
	if (made.length === 0) return '';
	return `These secrets were created before and cannot be shown again: ${made.map(({ json }) => String(json.id)).join(', ')}.`;
}
