import { EventEmitter } from 'node:events';

import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { EDITION, type Edition } from '../../nodes/Runflow/host/edition.ts';
import { httpRequest } from './httpRequest.ts';
import { credential, fakeNode } from './node.ts';
import { readParameter } from './parameters.ts';

export interface WebhookSetup {
	/** The body's bytes; `undefined` for a form upload, of which n8n keeps none. */
	body?: Buffer;
	/** Whether n8n has read the body already, or leaves that to the node. */
	bodyIsRead?: boolean;
	headers?: Record<string, string | string[] | undefined>;
	parameters?: IDataObject;
	credential?: ICredentialDataDecryptedObject | (() => never);
	mode?: 'trigger' | 'manual';
	workflowId?: string;
	nodeId?: string;
	/** A credential that no other context has, unless it is named here. */
	credentialId?: string;
	/** Parts in the place of the edition's own. */
	edition?: Partial<Edition>;
	/** Of the parked execution; one that no other context has, unless it is named here. */
	executionId?: string;
}

let contexts = 0;

/** An express response as far as n8n and this package use one. */
export class FakeResponse extends EventEmitter {
	statusCode = 200;
	writableEnded = false;
	writableFinished = false;
	/** Bodies sent; an answered request has exactly one. */
	readonly sent: unknown[] = [];

	status(code: number): this {
		this.statusCode = code;
		return this;
	}

	json(body: unknown): this {
		this.sent.push(body);
		this.writableEnded = true;
		return this;
	}

	/** Ends the connection, with the answer delivered or not. */
	close(delivered: boolean): void {
		this.writableFinished = delivered;
		this.emit('close');
	}
}

/** The part of n8n's webhook context that this package uses, with what a test looks at beside it. */
export function webhookContext(setup: WebhookSetup) {
	const { body, bodyIsRead = true } = setup;
	const response = new FakeResponse();
	const warnings: string[] = [];
	const notes: string[] = [];
	const request = {
		headers: setup.headers ?? {},
		rawBody: bodyIsRead ? body : undefined,
		...(bodyIsRead && body ? parseAsN8n(body, setup.headers?.['content-type']) : {}),
		readRawBody: async () => {
			request.rawBody = body;
		},
	};
	const parameters: IDataObject = {
		events: ['batch.succeeded', 'batch.failed', 'batch.cancelled', 'batch.partial_succeeded'],
		authenticity: 'signature',
		output: 'batch',
		options: {},
		...setup.parameters,
	};
	contexts++;
	const id = setup.credentialId ?? `credential-${contexts}`;
	const node = fakeNode({
		name: 'Runflow Trigger',
		...(setup.nodeId ? { id: setup.nodeId } : {}),
		credentials: { runflowApi: { id, name: 'Runflow' } },
	});
	const executionId = setup.executionId ?? `execution-${contexts}`;
	let credentialReads = 0;
	const context = {
		[EDITION]: setup.edition,
		getRequestObject: () => request,
		getResponseObject: () => response,
		getNodeParameter: (name: string, fallback?: unknown) =>
			readParameter(parameters, name, fallback),
		getCredentials: async () => {
			credentialReads++;
			return typeof setup.credential === 'function'
				? setup.credential()
				: (setup.credential ?? credential);
		},
		getNode: () => node,
		getWorkflow: () => ({ id: setup.workflowId ?? 'workflow-1', active: true }),
		getExecutionId: () => executionId,
		getMode: () => setup.mode ?? 'trigger',
		logger: {
			info: (...entry: unknown[]) => notes.push(JSON.stringify(entry)),
			warn: (...entry: unknown[]) => warnings.push(JSON.stringify(entry)),
		},
		helpers: { httpRequest },
	};
	return {
		context: context as unknown as IWebhookFunctions,
		response,
		warnings,
		notes,
		credentialReads: () => credentialReads,
	};
}

/** What n8n leaves on a request that it has parsed (middlewares/body-parser); no JSON, no body. */
function parseAsN8n(bytes: Buffer, header: unknown) {
	if (header !== 'application/json') return {};
	try {
		const body: unknown = JSON.parse(bytes.toString('utf8'));
		return { contentType: header, encoding: 'utf-8', body };
	} catch {
		return { contentType: header, encoding: 'utf-8' };
	}
}

/**
 * Does with a webhook's result what n8n does (WebhookHelpers.executeWebhook): answers 200 itself
 * unless the node says that it already has, and starts the workflow when there is data for it.
 */
export function finishAsN8n(response: FakeResponse, result: IWebhookResponseData) {
	if (result.noWebhookResponse) {
		if (response.sent.length === 0) throw new Error('the request was left without an answer');
	} else {
		response.json(result.webhookResponse ?? { message: 'Webhook call received' });
	}
	if (response.sent.length > 1) throw new Error('the request was answered twice');
	return {
		status: response.statusCode,
		answer: response.sent[0] as IDataObject,
		started: result.workflowData?.[0],
	};
}
