import { randomUUID } from 'node:crypto';
import type { INode, INodeParameters } from 'n8n-workflow';

import type { WorkflowFile } from '../n8n/index.ts';

/** A node for a workflow that is built in code. */
export function node(
	name: string,
	type: string,
	parameters: INodeParameters = {},
	settings: Partial<INode> = {},
): INode {
	return {
		id: randomUUID(),
		name,
		type: type.includes('.') ? type : `n8n-nodes-base.${type}`,
		typeVersion: 1,
		position: [0, 0],
		parameters,
		...settings,
	};
}

/** A workflow of nodes in a row, or of several rows that do not touch. */
export function workflow(name: string, ...rows: INode[][]): WorkflowFile {
	const connections: WorkflowFile['connections'] = {};
	rows.forEach((row, y) =>
		row.forEach((current, x) => {
			current.position = [x * 220, y * 220];
			const next = row[x + 1];
			if (next) {
				connections[current.name] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
			}
		}),
	);
	return { name, nodes: rows.flat(), connections, settings: { executionOrder: 'v1' } };
}

/** A trigger and the items that it is followed by. */
export function manualRows(rows: object[]): INode[] {
	return [
		node('Start', 'manualTrigger'),
		node(
			'Table',
			'set',
			{ mode: 'raw', jsonOutput: JSON.stringify({ rows }), options: {} },
			{ typeVersion: 3.4 },
		),
		node('Rows', 'splitOut', { fieldToSplitOut: 'rows', options: {} }),
	];
}
