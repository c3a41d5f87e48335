import type {
	Icon,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import {
	allowedDomains,
	isAllowed,
	notAllowed,
} from '../nodes/Runflow/host/connection/allowedDomains';
import { credentialText } from '../nodes/Runflow/host/connection/credentialText';

const DEFAULT_BASE_URL = 'https://api.runflow.io';
/** What cannot be a whole secret. What n8n shows in place of a stored secret may stand for any. */
const INCOMPLETE_SECRET = '^(?!\\s*whsec_|__n8n_BLANK_VALUE_|\\s*$)';

export class RunflowApi implements ICredentialType {
	name = 'runflowApi';

	displayName = 'Runflow API';

	icon: Icon = {
		light: 'file:../nodes/Runflow/runflow.svg',
		dark: 'file:../nodes/Runflow/runflow.dark.svg',
	};

	documentationUrl = 'https://docs.runflow.io/concepts/authentication';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. rf_live_…',
			description: 'Created at app.runflow.io under Settings, API Keys; shown once',
		},
		{
			displayName: 'Callback Secret',
			name: 'callbackSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. whsec_…',
			description:
				'The signing secret of your organization. Paste the whole secret, with its prefix whsec_. Runflow Trigger and parked executions verify callbacks with it. It is shown once, when Callback Secret > Create makes it. The test of the credential does not check it.',
		},
		{
			displayName:
				"Runflow's secrets begin with whsec_. Paste the whole secret. With a wrong Callback Secret, every callback is refused with 401, and the test of the credential does not notice.",
			name: 'callbackNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { callbackSecret: [{ _cnd: { regex: INCOMPLETE_SECRET } }] } },
		},
		{
			displayName: 'Previous Callback Secret',
			name: 'previousCallbackSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'The old signing secret, while you change it. Callbacks signed with either secret are accepted. Empty this field afterwards.',
		},
		{
			displayName: 'Organization ID',
			name: 'organizationId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 3c90c3cc-0d44-4b50-8888-8dd25736052a',
			description:
				"Only for a key that belongs to several organizations. Leave it empty to use the key's own.",
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			placeholder: 'e.g. https://api.runflow.io',
			description: "Address of Runflow's API",
		},
		{
			displayName: `This Base URL is not Runflow's own, ${DEFAULT_BASE_URL}. If the connection fails with ENOTFOUND, ECONNREFUSED or ERR_INVALID_URL, correct it. It begins with https:// (or http://), followed by the host name and the path of your gateway, if it has one.`,
			name: 'baseUrlNotice',
			type: 'notice',
			default: '',
			displayOptions: { hide: { baseUrl: ['', DEFAULT_BASE_URL, `${DEFAULT_BASE_URL}/`] } },
		},
	];

	/**
	 * Not the generic form: that one sends X-Organization-Id even when it is empty, and the key to
	 * hosts outside Allowed Domains, which n8n does not look at when it tests a credential.
	 */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const domains = allowedDomains(credentials, new URL(DEFAULT_BASE_URL).hostname);
		if (domains) {
			// As axios puts them together: the base counts for nothing where the address is absolute.
			const url = new URL(request.url, request.baseURL);
			if (!isAllowed(url, domains)) throw new Error(notAllowed(url));
		}
		const organizationId = credentialText(credentials.organizationId);
		return {
			...request,
			headers: {
				...request.headers,
				Authorization: `Bearer ${credentialText(credentials.apiKey)}`,
				...(organizationId === '' ? {} : { 'X-Organization-Id': organizationId }),
			},
		};
	}

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				'={{ ($credentials.baseUrl?.trim() || "https://api.runflow.io").replace(/\\/+$/, "") }}',
			url: '/v1/auth/me',
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						'Runflow does not accept this API Key. Copy it again from app.runflow.io, under Settings, API Keys.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'Runflow refuses this API Key for this organization. Check Organization ID, or leave it empty.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: `There is no Runflow API at this Base URL. Runflow's own is ${DEFAULT_BASE_URL}.`,
				},
			},
		],
	};
}
