import { createRequire } from 'node:module';
import { join } from 'node:path';

import type * as BackendNetwork from '@n8n/backend-network';
import type * as Di from '@n8n/di';

import type { HttpRequestHelper } from '../../nodes/Runflow/host/adapter/index.ts';

let request: HttpRequestHelper | undefined;

/**
 * n8n's own `helpers.httpRequest`, from its own package: what an n8n context has (n8n-core,
 * request-helpers/factory), without what n8n adds for traces. Loaded once somebody asks, since that
 * takes most of a second.
 */
export const httpRequest: HttpRequestHelper = async (options) =>
	await (request ??= loaded())(options);

function loaded(): HttpRequestHelper {
	// The package has no ES module, though it names one.
	const require = createRequire(join(process.cwd(), 'package.json'));
	require('reflect-metadata');
	const { OutboundHttp } = require('@n8n/backend-network') as typeof BackendNetwork;
	const { Container } = require('@n8n/di') as typeof Di;
	return Container.get(OutboundHttp).requests().request as unknown as HttpRequestHelper;
}
