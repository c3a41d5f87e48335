import { createHash } from 'node:crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { resumeUrl } from './parkedRun';

/** What n8n puts in the place of an execution id that it has not got (n8n-core, constants). */
const NO_EXECUTION_ID = '__UNKNOWN__';

/** Which run of which node this is. */
export interface NodeRun {
	/** `undefined` where n8n has none, as under its MCP Server Trigger. */
	executionId: string | undefined;
	/** From 0; another round of a loop is another run, another try of Retry On Fail is not. */
	runIndex: number;
	instanceId: string;
	workflowId: string;
	nodeId: string;
}

/** Tells which run of the node is under way. */
export function nodeRun(context: IExecuteFunctions): NodeRun {
	const executionId: unknown = context.getExecutionId();
	const known = typeof executionId === 'string' && !['', NO_EXECUTION_ID].includes(executionId);
	return {
		executionId: known ? executionId : undefined,
		runIndex: Number(context.evaluateExpression('{{ $runIndex }}', 0)),
		instanceId: context.getInstanceId(),
		workflowId: String(context.getWorkflow().id ?? ''),
		nodeId: context.getNode().id,
	};
}

/**
 * What an execution has in common with those that n8n makes from it by Retry, and with no other: a
 * hash of the token that stands in its resume URL and is stored with it from the start (n8n-workflow,
 * createRunExecutionData). n8n up to 2.15 has no such token; there it is the execution's id.
 *
 * @returns `undefined` where n8n has no execution
 */
export function lineageOf(context: IExecuteFunctions): string | undefined {
	const { executionId } = nodeRun(context);
	if (executionId === undefined) return undefined;
	const token = URL.parse(resumeUrl(context))?.searchParams.get('signature');
	return token ? createHash('sha256').update(token).digest('base64url') : executionId;
}

/** Whether the node runs as an AI agent's tool, where nothing can be parked. */
export function isTool(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() === true || context.getNode().type.endsWith('Tool');
}

const memories = new WeakMap<object, Map<string, IDataObject>>();

/**
 * Where the node keeps what another try of the same run has to know. n8n stores a node's context
 * with the execution: it outlives a try of Retry On Fail, parking and a restart, and comes along
 * when an execution is made by n8n's Retry (n8n-core, BaseExecuteContext.getContext).
 *
 * A call of a tool has a memory of its own, since its tries are runs of their own: n8n hands each
 * of them the same arguments, the very same object (n8n-core, makeHandleToolInvocation).
 * The same goes for a run without an execution, which has nobody to share a memory with.
 */
export function memoryOf(context: IExecuteFunctions): IDataObject {
	const { executionId, nodeId } = nodeRun(context);
	if (!isTool(context) && executionId !== undefined) return context.getContext('node');
	const call = context.getInputData()[0]?.json;
	if (!call) return {};
	const ofCall = memories.get(call) ?? new Map<string, IDataObject>();
	memories.set(call, ofCall);
	const memory = ofCall.get(nodeId) ?? {};
	ofCall.set(nodeId, memory);
	return memory;
}
