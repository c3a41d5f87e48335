import * as n8nWorkflow from 'n8n-workflow';
import { NodeOperationError, type INode } from 'n8n-workflow';

const REFUSAL = 'n8n-nodes-runflow needs n8n 1.123 or newer, and this n8n is older: update n8n';

/** Came with n8n 1.123, the oldest that the package is tested on, and is in all newer ones. */
const SINCE_1_123 = 'migrateRunExecutionData';

/** Without these, in n8n before 1.84, the nodes cannot even describe themselves. */
const FOR_DESCRIPTIONS = 'NodeConnectionTypes';

/**
 * Looks, while n8n loads a node, whether n8n knows what the node describes itself with.
 *
 * @param n8n what n8n-workflow exports
 * @throws Error in one sentence where it does not; n8n shows it in its log
 */
export function assertLoadable(n8n: object = n8nWorkflow): void {
	if (!(FOR_DESCRIPTIONS in n8n)) throw new Error(REFUSAL);
}

/**
 * Looks, before a node does anything, whether this n8n is in the supported range.
 *
 * @throws NodeOperationError where it is older
 */
export function assertSupported(node: INode, n8n: object = n8nWorkflow): void {
	if (SINCE_1_123 in n8n) return;
	throw new NodeOperationError(node, REFUSAL, {
		description: 'Nothing was sent. The versions that work are in docs/compatibility.md.',
	});
}
