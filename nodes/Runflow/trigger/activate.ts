import { NodeOperationError, type IHookFunctions } from 'n8n-workflow';

import { connect } from '../host/connection/connection';
import { signingSecrets } from '../host/connection/signingSecrets';
import { assertSupported } from '../host/supportedN8n';

const SECRET_PREFIX = 'whsec_';

/**
 * Checks before activation that the node will be able to believe a callback. There is nothing to
 * register at Runflow: every batch brings its own callback URL. A secret that looks incomplete is a
 * warning in the log only: Runflow's docs use the secret verbatim and promise no prefix.
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
	const secrets = await signingSecrets(context);
	if (secrets.length === 0) throw needsSecret(context);
	if (secrets.some((secret) => !secret.startsWith(SECRET_PREFIX))) {
		context.logger.warn(
			`A Callback Secret of the Runflow API credential does not begin with ${SECRET_PREFIX}. If it is incomplete, every callback is refused with 401.`,
			{ workflowId: context.getWorkflow().id, nodeName: context.getNode().name },
		);
	}
}

/** The advice is in the message, because n8n shows no description when it publishes. */
function needsSecret(context: IHookFunctions): NodeOperationError {
	return new NodeOperationError(
		context.getNode(),
		"Runflow Trigger needs a Callback Secret to verify callbacks. Paste your organization's signing secret (whsec_…) into 'Callback Secret' of the Runflow API credential, or set Authenticity to 'Ask the API'.",
		{ description: 'If you have no signing secret yet, Callback Secret > Create makes one.' },
	);
}
