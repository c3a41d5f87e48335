import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * Shows a hint above the node's output in the editor, where this n8n has such hints. n8n shows them
 * as HTML, so what could begin a tag is written otherwise.
 */
export function showHint(
	context: IExecuteFunctions,
	message: string,
	type: 'info' | 'warning' = 'info',
): void {
	if (typeof context.addExecutionHints !== 'function') return;
	context.addExecutionHints({
		message: message.replaceAll('<', '‹'),
		type,
		location: 'outputPane',
	});
}
