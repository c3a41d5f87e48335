import { NodeOperationError, type IHookFunctions } from 'n8n-workflow';

import { connect } from '../host/connection';
import { signingSecrets } from '../host/signingSecrets';
import { assertSupported } from '../host/supportedN8n';

/**
 * Checks before activation that the node will be able to believe a callback. There is nothing to
 * register at Runflow: every batch brings its own callback URL.
 *
 * @throws NodeOperationError with advice when this n8n is too old, or the credential lacks what the
 * node needs
 */
export async function assertActivatable(context: IHookFunctions): Promise<void> {
	assertSupported(context.getNode());
	if (context.getNodeParameter('authenticity') === 'api') {
		await connect(context);
		return;
	}
	if ((await signingSecrets(context)).length > 0) return;
	throw new NodeOperationError(
		context.getNode(),
		'Runflow Trigger needs a Callback Secret to verify callbacks',
		{
			description:
				"Create a signing secret in Runflow and paste it into 'Callback Secret' of the Runflow API credential. If your organization has none, set Authenticity to 'Ask the API'.",
		},
	);
}
