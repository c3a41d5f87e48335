import type { IDataObject } from 'n8n-workflow';

import { getBalance as readBalance } from '../../runflow';
import type { ItemOperation } from '../operation';
import { oncePerRun } from '../oncePerRun';

/** Account > Get Balance: the organization's credit, read once for all input items. */
export const getBalance: ItemOperation = {
	fields: [],

	async executeItem(api) {
		const balance = await oncePerRun(this, 'balance', async () => await readBalance(api));
		return { ...(balance as IDataObject) };
	},
};
