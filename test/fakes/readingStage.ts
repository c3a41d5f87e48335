import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { withPlainReferences } from '../../nodes/Runflow/host/run/plainReferences.ts';
import { fakeNode } from './node.ts';
import { readParameter } from './parameters.ts';

/** What n8n's own evaluation gives here, whatever the expression. */
export const BY_N8N = 'evaluated by n8n';

type Read = (name: string, item: number, fallback?: unknown, options?: object) => unknown;

/** A context that tells by its value what n8n was asked to evaluate. */
export function readingStage(parameters: object, jsons: object[] = [{}], more: object = {}) {
	const asked: unknown[][] = [];
	const context = {
		getNode: () => fakeNode(),
		getInputData: () => jsons.map((json) => ({ json })),
		getNodeParameter(name: string, item: number, fallback?: unknown, options?: object) {
			const raw = readParameter(parameters as IDataObject, name, fallback);
			if ((options as { rawExpressions?: boolean })?.rawExpressions) return raw;
			asked.push([name, item, ...(options ? [options] : [])]);
			return JSON.stringify(raw ?? null).includes('"=') ? BY_N8N : structuredClone(raw);
		},
		...more,
	};
	const view = withPlainReferences(context as unknown as IExecuteFunctions);
	return { asked, view, read: view.getNodeParameter.bind(view) as Read };
}
