import type { ICredentialDataDecryptedObject, INode } from 'n8n-workflow';

export const BASE_URL = 'https://api.runflow.test';
export const API_KEY = 'rf_live_never_to_be_seen';
export const CALLBACK_SECRET = 'whsec_current_never_to_be_seen';
export const PREVIOUS_SECRET = 'whsec_previous_never_to_be_seen';

/** A complete credential; tests replace what they are about. */
export const credential: ICredentialDataDecryptedObject = {
	apiKey: API_KEY,
	baseUrl: BASE_URL,
	organizationId: '',
	callbackSecret: CALLBACK_SECRET,
	previousCallbackSecret: PREVIOUS_SECRET,
};

/** A node as it stands in a workflow. */
export function fakeNode(change: Partial<INode> = {}): INode {
	return {
		id: '6f1c7e62-0000-4000-8000-000000000001',
		name: 'Runflow',
		type: 'n8n-nodes-runflow.runflow',
		typeVersion: 2,
		position: [0, 0],
		parameters: {},
		...change,
	};
}
