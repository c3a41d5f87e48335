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
	const problem = await unreachable(context);
	if (problem === undefined) return;
	throw new NodeOperationError(
		context.getNode(),
		`Runflow cannot call back to ${problem.host}: that address exists ${problem.where} only`,
		{
			description:
				"Set N8N_WEBHOOK_URL to this n8n's public address (WEBHOOK_URL before n8n 2.30), or set 'Wait For' to Automatic or Polling. Nothing was sent.",
		},
	);
}

/** Why Runflow cannot call this execution back; `undefined` where it can, as far as addresses tell. */
export async function unreachable(
	context: IExecuteFunctions,
): Promise<{ host: string; where: string } | undefined> {
	const url = resumeUrl(context);
	const reach = reachOf(url);
	if (reach === 'public' || (await reachOfRunflow(context)) !== 'public') return undefined;
	const where = reach === 'loopback' ? 'on this machine' : 'in a private network';
	return { host: new URL(url).host, where };
}
