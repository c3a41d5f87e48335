import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import { reachOfRunflow } from '../../../host/connection';
import { resumeUrl } from '../../../host/parkedRun';
import { reachOf } from '../../../runflow';

/**
 * Refuses to start paid work whose callback could never arrive: an n8n that knows itself by an
 * address of its own machine or network, while Runflow is somewhere else.
 */
export async function assertReachable(context: IExecuteFunctions): Promise<void> {
	const url = resumeUrl(context);
	const reach = reachOf(url);
	if (reach === 'public' || (await reachOfRunflow(context)) !== 'public') return;
	const where = reach === 'loopback' ? 'on this machine' : 'in a private network';
	throw new NodeOperationError(
		context.getNode(),
		`Runflow cannot call back to ${new URL(url).host}: that address exists ${where} only`,
		{
			description:
				"Set N8N_WEBHOOK_URL to this n8n's public address, or set 'Wait For' to Polling. Nothing was sent.",
		},
	);
}
