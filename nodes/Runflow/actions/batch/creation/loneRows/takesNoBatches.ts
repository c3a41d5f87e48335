import { NodeApiError, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

import type { RunflowApiError } from '../../../../runflow';
import type { Callback } from '../callback';

/** What a node does without the option: one of version 1 was saved before there was a choice. */
function byDefault(version: number): 'fail' | 'eachRow' {
	return version === 1 ? 'fail' : 'eachRow';
}

function noBatchesOption(version: number): INodeProperties {
	return {
		displayName: 'If Model Takes No Batches',
		name: 'noBatches',
		type: 'options',
		displayOptions: { show: { '@version': [version] } },
		default: byDefault(version),
		description: `What to do with a model that Runflow runs for only one input at a time. Without this option the node ${version === 1 ? 'fails, as it did when it was saved' : 'runs each row'}.`,
		options: [
			{ name: 'Fail', value: 'fail', description: 'Stop with an error; nothing is charged' },
			{
				name: 'Run Each Row',
				value: 'eachRow',
				description:
					'Each row becomes a run of its own. If Wait For allows it, up to 20 runs call back; for more, the node asks Runflow (polling).',
			},
		],
	};
}

/** The option that says what to do where a model takes no batches, which no field of it tells beforehand. */
export const noBatchesOptions = [noBatchesOption(2), noBatchesOption(1)];

/** Whether the rows of a model that takes no batches are to run each by itself. */
export function runsRowsAlone(context: IExecuteFunctions, callback: Callback): boolean {
	const { typeVersion } = context.getNode();
	const chosen = context.getNodeParameter('options.noBatches', 0, byDefault(typeVersion));
	// Batch > Wait takes the callbacks of batches alone.
	return chosen !== 'fail' && callback.to !== 'laterNode';
}

/** The error for a model that takes no batches, where its rows are not to run each by itself. */
export function noBatchesError(
	context: IExecuteFunctions,
	error: RunflowApiError,
	modelPath: string,
): NodeApiError {
	const model = decodeURIComponent(modelPath);
	const request = error.requestId ? ` (Runflow request ${error.requestId})` : '';
	return new NodeApiError(
		context.getNode(),
		{ message: error.message },
		{
			message: `${model} cannot run as a batch`,
			description: `Nothing was created or charged. Choose another model, or set 'If Model Takes No Batches' to Run Each Row and 'Callback' to None or URL. Runflow says: ${error.message}${request}`,
			httpCode: '422',
		},
	);
}
