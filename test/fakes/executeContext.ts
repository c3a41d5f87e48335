import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeParameters,
	NodeEgressFilter,
} from 'n8n-workflow';

import { EDITION, type Edition } from '../../nodes/Runflow/host/edition.ts';
import type { FakeBinaries } from './binaries.ts';
import { frozen } from './frozen.ts';
import { httpRequest } from './httpRequest.ts';
import { credential, fakeNode } from './node.ts';
import { readParameter } from './parameters.ts';

/** Where n8n resumes the execution, with the token that it shares with those made from it by Retry. */
export const RESUME_URL = 'https://n8n.test/webhook-waiting/100?signature=token-1';

export interface ExecuteSetup {
	/** The node's parameters, the same for every item or, as if they were expressions, evaluated for each. */
	parameters: IDataObject | ((itemIndex: number) => IDataObject);
	/** The parameters as they stand in the workflow, where they differ from those. */
	storedParameters?: IDataObject;
	/** The input items, or how many there are. */
	items?: INodeExecutionData[] | number;
	credential?: ICredentialDataDecryptedObject;
	continueOnFail?: boolean;
	executionId?: string;
	resumeUrl?: string;
	instanceId?: string;
	workflowId?: string;
	/** n8n's mode, `retry` for an execution made by its Retry. */
	mode?: string;
	nodeId?: string;
	runIndex?: number;
	signal?: AbortSignal;
	egressFilter?: NodeEgressFilter;
	binaries?: FakeBinaries;
	/** Parts in the place of the edition's own. */
	edition?: Partial<Edition>;
	/** The node's context, which outlives a try of Retry On Fail. */
	nodeContext?: IDataObject;
}

/**
 * The part of n8n's execute context that this package uses; anything else is `undefined` and fails.
 * Parameters and the input's JSON are frozen: they are handed out as they stand in the workflow and
 * the input (host/plainReferences), and belong to them.
 */
export function executeContext(setup: ExecuteSetup): IExecuteFunctions {
	const { parameters, items = 1, continueOnFail = false, runIndex = 0, egressFilter } = setup;
	const input: INodeExecutionData[] = Array.isArray(items)
		? items
		: Array.from({ length: items }, (_, row) => ({ json: { row } }));
	for (const { json } of input) frozen(json);
	const { nodeContext = {} } = setup;
	const stored = setup.storedParameters ?? (typeof parameters === 'function' ? {} : parameters);
	const node = fakeNode({
		parameters: stored as INodeParameters,
		...(setup.nodeId === undefined ? {} : { id: setup.nodeId }),
	});
	const context = {
		[EDITION]: setup.edition,
		getInputData: () => input,
		getNodeParameter: (name: string, itemIndex: number, fallback?: unknown, options?: object) => {
			if (!(itemIndex in input)) throw new Error(`there is no item ${itemIndex}`);
			const isRaw = (options as { rawExpressions?: boolean } | undefined)?.rawExpressions;
			if (isRaw && typeof parameters === 'function') return '={{ evaluated for each item }}';
			const values = typeof parameters === 'function' ? parameters(itemIndex) : parameters;
			return frozen(readParameter(values, name, fallback, options));
		},
		continueOnFail: () => continueOnFail,
		getNode: () => node,
		getExecuteData: () => ({ node, data: { main: [input] }, source: null }),
		getCredentials: async (type: string) => {
			if (type !== 'runflowApi') throw new Error(`there is no credential ${type}`);
			return setup.credential ?? credential;
		},
		getExecutionId: () => setup.executionId ?? '100',
		getInstanceId: () => setup.instanceId ?? 'instance-1',
		getWorkflow: () => ({ id: setup.workflowId ?? 'workflow-1', name: 'Workflow', active: true }),
		getMode: () => setup.mode ?? 'trigger',
		evaluateExpression: (expression: string) => {
			if (expression === '{{ $execution.resumeUrl }}') return setup.resumeUrl ?? RESUME_URL;
			if (expression !== '{{ $runIndex }}') throw new Error(`cannot evaluate ${expression}`);
			return runIndex;
		},
		getExecutionCancelSignal: () => setup.signal,
		getContext: () => nodeContext,
		helpers: {
			httpRequest,
			...(egressFilter ? { getSecureEgressFilter: () => egressFilter } : {}),
			...setup.binaries?.helpers(input),
		},
	};
	return context as unknown as IExecuteFunctions;
}
