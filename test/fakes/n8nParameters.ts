import {
	createEmptyRunExecutionData,
	Expression,
	Workflow,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type NodeParameterValueType,
} from 'n8n-workflow';

import { fakeNode } from './node.ts';
import { readParameter } from './parameters.ts';

/** An execute context whose parameters n8n's own expression engine evaluates. */
export interface EvaluatingContext extends IExecuteFunctions {
	/** How many parameters were evaluated so far. */
	evaluations(): number;
}

const nodeType = { description: { properties: [] } } as unknown as INodeType;
const nodeTypes: INodeTypes = {
	getByName: () => nodeType,
	getByNameAndVersion: () => nodeType,
	getKnownTypes: () => ({}),
};

type Engine = 'legacy' | 'vm';

/** n8n's engines: the one of old, and the isolated one of 2.41, whose native module asks for Node 24. */
export const ENGINES: Engine[] =
	Number.parseInt(process.versions.node) >= 24 ? ['legacy', 'vm'] : ['legacy'];

/**
 * Starts one of n8n's engines. The contexts it makes evaluate parameters as n8n-core does
 * (NodeExecutionContext._getNodeParameter); they share an isolate, since making one takes long.
 */
export async function startEngine(engine: Engine) {
	Expression.setExpressionEngine(engine);
	await Expression.initExpressionEngine({
		engine,
		poolSize: 1,
		maxCodeCacheSize: 1024,
		bridgeTimeout: 30_000,
		bridgeMemoryLimit: 128,
	});
	const node = fakeNode();
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	await workflow.expression.acquireIsolate();
	return {
		contextOf: (parameters: INodeParameters, items: INodeExecutionData[]) =>
			evaluatingContext(workflow, node, parameters, items),
		close: async () => {
			await workflow.expression.releaseIsolate();
			await Expression.disposeExpressionEngine();
			Expression.setExpressionEngine('legacy');
		},
	};
}

function evaluatingContext(
	workflow: Workflow,
	node: INode,
	parameters: INodeParameters,
	items: INodeExecutionData[],
): EvaluatingContext {
	const run = createEmptyRunExecutionData();
	const executeData = { node, data: { main: [items] }, source: null };
	let evaluations = 0;
	const context = {
		getInputData: () => items,
		getNode: () => node,
		getNodeParameter: (name: string, item: number, fallback?: unknown, options?: object) => {
			const raw = readParameter(parameters as IDataObject, name, fallback);
			if (options && 'rawExpressions' in options) return raw;
			evaluations++;
			return workflow.expression.getParameterValue(
				raw as NodeParameterValueType,
				run,
				0,
				item,
				node.name,
				items,
				'manual',
				{},
				executeData,
			);
		},
		evaluations: () => evaluations,
	};
	return context as unknown as EvaluatingContext;
}
