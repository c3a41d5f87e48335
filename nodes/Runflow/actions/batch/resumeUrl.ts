import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import { CREDENTIAL } from '../../host/connection';

/**
 * The address that resumes this execution once it is parked, with n8n's token in its query.
 * Not `getSignedResumeUrl`: its signature is accepted for the operation `sendAndWait` alone.
 */
export function resumeUrl(context: IExecuteFunctions): string {
	return String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
}

/**
 * The same for this node only: with the node's id in the path, a late repeat of its callback
 * cannot resume another node that the execution waits at by then.
 */
export function resumeUrlOfNode(context: IExecuteFunctions): string {
	const url = new URL(resumeUrl(context));
	url.pathname += `/${context.getNode().id}`;
	return url.href;
}

/**
 * Refuses to start paid work whose callback could never arrive: an n8n that knows itself as
 * localhost, while Runflow is somewhere else.
 */
export async function assertReachable(context: IExecuteFunctions): Promise<void> {
	const { baseUrl } = await context.getCredentials(CREDENTIAL);
	const url = resumeUrl(context);
	if (!isLoopback(url) || isLoopback(String(baseUrl))) return;
	throw new NodeOperationError(
		context.getNode(),
		`Runflow cannot call back to ${new URL(url).host}: that address exists on this machine only`,
		{
			description:
				"Set N8N_WEBHOOK_URL to this n8n's public address, or set 'Wait For' to Polling. Nothing was sent.",
		},
	);
}

function isLoopback(address: string): boolean {
	const host = URL.parse(address)?.hostname ?? '';
	return /^(localhost|127\.[\d.]+|\[::1\]|0\.0\.0\.0)$/.test(host) || host.endsWith('.localhost');
}
