import type { NodeRun } from '../../../host/nodeRun';
import { idempotencyKey } from '../../../runflow';
import type { RunMemory } from './memory';

/**
 * A key of this instance, workflow, run, try and content: the same wherever the same creation is
 * repeated, another one for anything else. The callback's address is no part of it, since it
 * belongs to an execution.
 */
export function keyOf(
	{ origin, tries }: RunMemory,
	{ instanceId, workflowId, nodeId, runIndex }: NodeRun,
	content: Array<string | number>,
): string {
	return idempotencyKey([instanceId, workflowId, origin, nodeId, runIndex, tries, ...content]);
}
