import { NodeOperationError, type ICredentialDataDecryptedObject, type INode } from 'n8n-workflow';

import {
	Api,
	DEFAULT_BASE_URL,
	rateLimitGate,
	reachOf,
	RETRY_POLICY,
	type FileAccess,
	type Reach,
	type RetryPolicy,
} from '../../runflow';
import { credentialText as text } from './credentialText';
import { editionOf } from '../edition';
import { egressPolicy, fileEgressPolicy, type EgressHelpers } from './egress';

/** The credential type of every node in this package. */
export const CREDENTIAL = 'runflowApi';

const USER_AGENT = 'n8n-nodes-runflow';

/** What the connection needs of an n8n context; execute, webhook and load-options contexts all have it. */
export interface HostContext {
	getNode(): INode;
	getCredentials(type: string): Promise<ICredentialDataDecryptedObject>;
	helpers: object;
	getExecutionCancelSignal?(): AbortSignal | undefined;
}

const credentials = new WeakMap<HostContext, Promise<ICredentialDataDecryptedObject>>();

/** The node's credential, read once for each context: n8n evaluates and decrypts it anew every time. */
export async function readCredential(
	context: HostContext,
): Promise<ICredentialDataDecryptedObject> {
	const known = credentials.get(context);
	if (known) return await known;
	const reading = context.getCredentials(CREDENTIAL);
	credentials.set(context, reading);
	reading.catch(() => credentials.delete(context));
	return await reading;
}

/**
 * An API client for the node's credential, under the host's egress policy and cancelled with the
 * execution.
 *
 * @param retries where they differ from Runflow's advice
 * @throws NodeOperationError when the credential's own fields cannot be used
 */
export async function connect(
	context: HostContext,
	retries: Partial<RetryPolicy> = {},
): Promise<Api> {
	const node = context.getNode();
	const credential = await readCredential(context);
	const baseUrl = readBaseUrl(node, credential);
	const apiKey = readApiKey(node, credential);
	const organizationId = readOrganizationId(node, credential);
	const { transport, clock } = editionOf(context);
	return new Api({
		transport: transport(context, egressPolicy(context.helpers as EgressHelpers, credential)),
		clock,
		baseUrl,
		apiKey,
		secrets: [credential.callbackSecret, credential.previousCallbackSecret].map(text),
		organizationId,
		gate: rateLimitGate([baseUrl, organizationId, apiKey]),
		userAgent: USER_AGENT,
		signal: context.getExecutionCancelSignal?.(),
		retryPolicy: { ...RETRY_POLICY, ...retries },
	});
}

/** The same for what the editor asks, where a person waits for the answer: one more try at the most. */
export async function connectEditor(context: HostContext): Promise<Api> {
	return await connect(context, { attempts: 2, longestRetryAfterMs: 2_000 });
}

/** One repeat after a moment, and none that Runflow wants to be waited for. */
const SOON = { attempts: 2, firstPauseMs: 300, longestRetryAfterMs: 0 };

/**
 * The API for reads that the answer to a callback hangs on. They are over when the time for the answer
 * is, and since anybody can send a callback they neither wait behind the requests of paid work nor
 * make those wait.
 */
export async function connectToReadBack(context: HostContext, deadline: AbortSignal): Promise<Api> {
	return (await connect(context, SOON)).with({ signal: deadline, gate: undefined });
}

/** The way to files, without the credential: under n8n's SSRF protection, but not its Allowed Domains. */
export async function connectFiles(context: HostContext): Promise<FileAccess> {
	const { transport, clock } = editionOf(context);
	return {
		transport: transport(context, fileEgressPolicy(context.helpers as EgressHelpers)),
		clock,
		baseUrl: readBaseUrl(context.getNode(), await readCredential(context)),
		userAgent: USER_AGENT,
		signal: context.getExecutionCancelSignal?.(),
	};
}

/** Where in the network Runflow's API lies for a node's credential. */
export async function reachOfRunflow(context: HostContext): Promise<Reach> {
	const { baseUrl } = await readCredential(context);
	return reachOf(text(baseUrl) || DEFAULT_BASE_URL);
}

function readBaseUrl(node: INode, credential: ICredentialDataDecryptedObject): string {
	const baseUrl = text(credential.baseUrl) || DEFAULT_BASE_URL;
	const url = URL.parse(baseUrl);
	const usable =
		url !== null &&
		/^https?:$/.test(url.protocol) &&
		url.username === '' &&
		url.password === '' &&
		url.search === '' &&
		url.hash === '';
	if (!usable) {
		throw new NodeOperationError(node, "The credential's Base URL cannot be used", {
			description: `Enter an address such as ${DEFAULT_BASE_URL}: http or https, without user name, query or fragment.`,
		});
	}
	return baseUrl;
}

function readOrganizationId(node: INode, credential: ICredentialDataDecryptedObject): string {
	const organizationId = text(credential.organizationId);
	if (/^[\x21-\x7e]*$/.test(organizationId)) return organizationId;
	throw new NodeOperationError(node, "The credential's Organization ID cannot be used", {
		description: 'Enter the ID as Runflow shows it, or leave the field empty.',
	});
}

function readApiKey(node: INode, credential: ICredentialDataDecryptedObject): string {
	const apiKey = text(credential.apiKey);
	if (!/^[\x21-\x7e]+$/.test(apiKey)) {
		throw new NodeOperationError(node, "The credential's API Key is empty or not an API key", {
			description:
				'Open the Runflow API credential and paste the key as Runflow shows it (app.runflow.io, Settings, API Keys).',
		});
	}
	return apiKey;
}
