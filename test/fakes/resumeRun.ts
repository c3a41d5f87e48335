import type {
	IDataObject,
	IExecuteData,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';

import type { Awaiting } from '../../nodes/Runflow/actions/batch/parking/awaiting.ts';
import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import { signed } from './receiveRun.ts';
import { finishAsN8n, webhookContext, type WebhookSetup } from './webhookContext.ts';

export interface ParkedSetup extends WebhookSetup {
	nodeName?: string;
	/** What the node kept when it was parked. */
	awaiting?: Awaiting | string;
	/** The parked node's input; `undefined` for an n8n that does not hand it over. */
	input?: INodeExecutionData[] | null;
	/** What n8n answers where the node has it go on; `later` for not yet, so that the test answers. */
	goesOnWith?: 200 | 500 | 'later';
	/** Whether n8n lets the webhook see the data of the execution, as the known versions do. */
	handsOverData?: boolean;
}

const KEPT = /^\{\{ \$node\[(?<name>".*")\]\.context\["runflowAwaiting"\] \}\}$/s;

/** The webhook context of a parked node, which n8n disables until it is resumed. */
export function parkedContext(setup: ParkedSetup) {
	const { nodeName = 'Runflow', awaiting, input = [{ json: { row: 0 } }] } = setup;
	const { handsOverData = true } = setup;
	const { context, response, warnings } = webhookContext(setup);
	const node = { ...context.getNode(), name: nodeName, disabled: true };
	const kept = typeof awaiting === 'object' ? JSON.stringify(awaiting) : awaiting;
	const executeData = input === null ? undefined : { node, data: { main: [input] }, source: null };
	const more = {
		getNode: () => node,
		evaluateExpression: (expression: string) => {
			const name = KEPT.exec(expression)?.groups?.name;
			if (name === undefined || JSON.parse(name) !== nodeName) {
				throw new Error(`cannot evaluate ${expression}`);
			}
			return kept;
		},
		executeData: executeData as IExecuteData | undefined,
		...(handsOverData
			? {
					runExecutionData: {
						executionData: { contextData: { [`node:${nodeName}`]: { runflowAwaiting: kept } } },
					},
				}
			: {}),
	};
	return {
		context: Object.assign(context, more) as IWebhookFunctions,
		response,
		warnings,
		node,
		executeData: more.executeData,
	};
}

/** Has a parked node take a callback, signed unless headers are given, and n8n finish it. */
export async function resumeParked(setup: ParkedSetup) {
	const headers = setup.headers ?? (setup.body ? signed(setup.body) : {});
	const { context, response, warnings, node } = parkedContext({ ...setup, headers });
	const result = await new Runflow().webhook.call(context);
	const { goesOnWith = 200 } = setup;
	const isPending = result.workflowData !== undefined && goesOnWith === 'later';
	if (result.workflowData && goesOnWith === 500) response.status(500);
	const outcome = isPending
		? { status: undefined, answer: {} as IDataObject, started: result.workflowData?.[0] }
		: finishAsN8n(response, result);
	if (!isPending) response.close(true);
	return { ...outcome, warnings, disabled: node.disabled, response };
}
