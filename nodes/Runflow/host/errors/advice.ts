import {
	EgressRefusedError,
	FileTransferError,
	IdempotencyConflictError,
	MaybeDoneError,
	RequestCancelledError,
	RunflowAnswerError,
	RunflowApiError,
	RunflowConnectionError,
	RunflowError,
	type ConnectionFailure,
	type FieldError,
} from '../../runflow';

/** What happened, and what the user can do about it. */
export interface Advice {
	message: string;
	description: string;
}

// Codes of a 403: docs.runflow.io, OpenAPI of get-batch-callback.
const FORBIDDEN = new Map(
	Object.entries({
		PERMISSION_DENIED:
			'The API key lacks a permission for this. Create a key with the missing scope in Runflow (Settings, API Keys).',
		EMAIL_NOT_VERIFIED:
			"Verify the e-mail address of the API key's owner in Runflow, then try again.",
		ORGANIZATION_MEMBERSHIP_REQUIRED:
			"The API key does not belong to this organization. Check or empty the credential's Organization ID.",
		ROLE_UNRESOLVED:
			"The key's owner has no role in the organization. Ask an administrator of the organization to assign one.",
		IMPERSONATION_READ_ONLY: 'An impersonated session can only read. Use your own key.',
	}),
);

const NAME =
	"The host name could not be resolved. Check the address (for Runflow, the credential's Base URL) and n8n's DNS.";
const PROXY =
	'The proxy that n8n uses did not let the request through. Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY, and the rules of the proxy.';
const TOO_LATE = 'No answer came in time. Try again later, or turn on Retry On Fail.';
const BROKEN_OFF = 'The connection was lost. Try again, or turn on Retry On Fail.';

const CONNECTION: Record<ConnectionFailure, string> = {
	nameUnknown: NAME,
	nameNotResolved: NAME,
	refused:
		"Nothing answers at this address. Check it (for Runflow, the credential's Base URL), and the proxy if n8n uses one.",
	unreachable:
		"n8n's machine cannot reach this address. Check it (for Runflow, the credential's Base URL), and n8n's network.",
	connectTimeout: TOO_LATE,
	proxyRefused: PROXY,
	proxyFailed: PROXY,
	noTls:
		"The server did not answer with TLS. Check whether the address (for Runflow, the credential's Base URL) should begin with http or https.",
	untrusted:
		"The server's TLS certificate was not accepted. Check the address (for Runflow, the credential's Base URL), or give n8n the certificate authority (NODE_EXTRA_CA_CERTS).",
	unsendable: 'The request could not be sent as it is. Check the fields of the node.',
	lost: BROKEN_OFF,
	timeout: TOO_LATE,
	tooLarge:
		'The answer is larger than the 64 MiB that this node accepts. The usual reason is that Runflow returns every input as well. Read the rows one by one with Batch Item > Get. Do not put files into the inputs as text (base64): pass links to the model, or use Upload Binary Files.',
	protocol:
		"The server does not speak HTTP. Check the address (for Runflow, the credential's Base URL), and the proxy if n8n uses one.",
};

/** Puts any failure of the client into words. The client's errors hold no secret, and this adds none. */
export function advise(error: unknown): Advice {
	if (error instanceof MaybeDoneError) {
		return {
			message: withoutCode(error.failure),
			description: `Runflow may have done it anyway, and doing it twice can cost you. Check in Runflow before you run this again, and leave Retry On Fail off.${requestNote(error.requestId)}`,
		};
	}
	if (error instanceof IdempotencyConflictError) {
		return {
			message:
				'Runflow has this Idempotency Key already. Either it belongs to different content, or Runflow is still working on the first request',
			description: `It is not known whether a batch was created. Wait a minute and try again, and look for the batch at Runflow before you send the rows under another key. If n8n was stopped while it created the batch, that batch continues to run, and n8n's Retry makes no second one. To get a second one, start the workflow again. Use a different key for different content. If you set the key yourself, set 'Wait For' to Polling: with a callback, its address is part of the content. Runflow says: ${error.message}${requestNote(error.requestId)}`,
		};
	}
	if (error instanceof RunflowApiError) {
		const { message, description } = adviseOnStatus(error);
		return { message, description: `${description}${requestNote(error.requestId)}` };
	}
	if (error instanceof RunflowConnectionError) {
		return {
			message: withoutCode(error),
			description: `${CONNECTION[error.kind]} (${error.code})`,
		};
	}
	if (error instanceof RunflowAnswerError) {
		return {
			message: error.message,
			description: `Check that the credential's Base URL is Runflow's API, and that no proxy answers instead.${requestNote(error.requestId)}`,
		};
	}
	if (error instanceof FileTransferError) {
		return { message: error.message, description: adviseOnFile(error) };
	}
	if (error instanceof EgressRefusedError) {
		return { message: error.message, description: 'Nothing was sent.' };
	}
	if (error instanceof RequestCancelledError) {
		return { message: 'The execution was cancelled', description: 'The request was stopped.' };
	}
	const message = error instanceof Error ? error.message : String(error);
	return { message, description: 'This error came neither from Runflow nor from the connection.' };
}

/** What a path below `/v1` is about, as people call it. */
function named(path: string | undefined): string {
	if (!path) return 'this';
	const model = /^models\/([^/]+\/.+?)(?:\/(?:batches|runs))?$/.exec(path)?.[1];
	return model ? `the model '${model}'` : `'${path}'`;
}

/** n8n replaces a message that holds a code of the system by a text of its own. */
function withoutCode(error: RunflowError): string {
	return error instanceof RunflowConnectionError
		? error.message.replace(` (${error.code})`, '')
		: error.message;
}

function adviseOnStatus({
	status,
	code,
	message,
	fieldErrors,
	retryAfterMs,
	path,
}: RunflowApiError): Advice {
	const said = `Runflow says: ${message}`;
	switch (status) {
		case 401:
			return {
				message: 'Runflow does not accept the API key',
				description: `Check the API Key in the credential; keys are shown once, at app.runflow.io under Settings, API Keys. ${said}`,
			};
		case 402:
			return {
				message: 'The Runflow balance does not cover this batch',
				description: `Runflow does not start work that the balance does not cover. Top it up, or send fewer items. ${said}`,
			};
		case 403:
			return {
				message: `Runflow refuses this (${code ?? 'forbidden'})`,
				description: `${FORBIDDEN.get(code ?? '') ?? 'The API key may not do this.'} ${said}`,
			};
		case 404:
			return {
				message: `Runflow does not know ${named(path)} (${message.replace(/\.$/, '')}), or it belongs to another organization`,
				description:
					"Check the ID or model, and the credential's Organization ID. If nothing is found at all, check its Base URL.",
			};
		case 409:
			return {
				message: `Runflow reports a conflict: ${message}`,
				description: `The request does not fit the current state in Runflow. Check that state, then try again. ${said}`,
			};
		case 422:
			return {
				message:
					fieldErrors.length > 0
						? `Runflow does not accept the input: ${fieldErrors.slice(0, 5).map(fieldText).join('; ')}`
						: `Runflow does not accept the input: ${message}`,
				description: `Runflow refused the whole request. Correct the named fields. ${said}`,
			};
		case 429:
			return {
				message: 'Runflow is receiving too many requests',
				description: `${
					retryAfterMs
						? `Runflow asks you to wait ${Math.ceil(retryAfterMs / 1_000)} seconds.`
						: 'The node already waited and tried again.'
				} Try later, or send fewer requests at once. ${said}`,
			};
		default:
			return status >= 500
				? {
						message: `Runflow cannot answer at the moment (HTTP ${status})`,
						description: `The node already tried again if that was safe. Try later, or turn on Retry On Fail. ${said}`,
					}
				: {
						message: `Runflow refused the request (HTTP ${status})`,
						description:
							status >= 300 && status < 400
								? "Redirects are not followed, so that the API key is sent to no other server. Check the credential's Base URL."
								: said,
					};
	}
}

function adviseOnFile({ fault, status = 0 }: FileTransferError): string {
	switch (fault) {
		case 'address':
			return 'Nothing was fetched from there. Use the links as Runflow returns them.';
		case 'size':
			return "For downloads raise 'Max Size'. To send larger files, put them on a web server and pass their address to the model.";
		case 'changed':
			return 'The part already fetched was discarded. Run the node again to fetch the whole file.';
		case 'incomplete':
			return 'Run the node again, or turn on Retry On Fail.';
		case 'status':
			return status === 429 || status >= 500
				? 'The node already tried again. Try later, or turn on Retry On Fail.'
				: "The link may have expired: links of results work for about a day. Download with 'Source' set to Batch, which gets fresh links.";
	}
}

function fieldText({ path, message }: FieldError): string {
	return path ? `${path}: ${message}` : message;
}

function requestNote(requestId: string | undefined): string {
	return requestId ? ` (Runflow request ${requestId})` : '';
}
