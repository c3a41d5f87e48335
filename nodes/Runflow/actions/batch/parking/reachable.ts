import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import { reachOfRunflow } from '../../../host/connection/connection';
import { assertCanPark, resumeUrl } from '../../../host/run/parkedRun';
import { reachOf } from '../../../runflow';

/**
 * Refuses to start paid work whose callback could never arrive: on an n8n that parks in another way
 * than is known, or that knows itself by an address of its own machine or network while Runflow is
 * somewhere else.
 */
export async function assertReachable(context: IExecuteFunctions): Promise<void> {
	assertCanPark(context);
	const url = resumeUrl(context);
	const reach = reachOf(url);
	if (reach === 'public' || (await reachOfRunflow(context)) !== 'public') return;
	const where = reach === 'loopback' ? 'on this machine' : 'in a private network';
	throw new NodeOperationError(
		context.getNode(),
		`Runflow cannot call back to ${new URL(url).host}: that address exists ${where} only`,
		{
			description:
				"Set N8N_WEBHOOK_URL to this n8n's public address (WEBHOOK_URL before n8n 2.30), or set 'Wait For' to Polling. Nothing was sent.",
		},
	);
}
