import type { HttpRequestHelper } from '../../nodes/Runflow/host/adapter/index.ts';

/**
 * n8n's own `helpers.httpRequest`, from its own package: what an n8n context has (n8n-core,
 * request-helpers/factory), without what n8n adds for traces. Loaded once somebody asks, since that
 * takes most of a second.
 */
export const httpRequest: HttpRequestHelper = async (options) => {
	await import('reflect-metadata');
	const { OutboundHttp } = await import('@n8n/backend-network');
	const { Container } = await import('@n8n/di');
	const { request } = Container.get(OutboundHttp).requests();
	return await (request as unknown as HttpRequestHelper)(options);
};
