import * as n8nWorkflow from 'n8n-workflow';

/**
 * Whether n8n itself lets one callback alone go on with a parked execution, and refuses others that
 * come at the same moment: from 2.0 on, with which what is looked for came.
 * Source: n8n, webhooks/waiting-webhooks and execution persistence.
 */
export function resumesOnce(n8n: object = n8nWorkflow): boolean {
	return 'calculateWorkflowChecksum' in n8n;
}
