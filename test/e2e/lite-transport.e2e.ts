import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { HttpRequestHelper } from '../../nodes/Runflow/host/adapter/index.ts';
import { transportContract } from '../editions/transportContract.ts';
import { onHelper } from '../fakes/adapters.ts';
import { installN8n } from '../n8n/index.ts';

// The lite edition on the helper of this n8n itself, outside of a running one: helpers differ between
// versions in what they do with bodies, signals and time limits.

const UTILS = 'n8n-core/dist/execution-engine/node-execution-context/utils';
/** Where the helpers are made, in later n8n and in earlier ones. */
const FACTORIES = [`${UTILS}/request-helpers/factory.js`, `${UTILS}/request-helper-functions.js`];

let httpRequest: HttpRequestHelper;

beforeAll(async () => {
	const { home } = await installN8n(() => {});
	const modules = join(home, 'node_modules');
	const require = createRequire(join(modules, 'n8n', 'package.json'));
	require('reflect-metadata');
	const factory = FACTORIES.map((file) => join(modules, file)).find(existsSync)!;
	const { getRequestHelperFunctions } = require(factory) as {
		getRequestHelperFunctions(...of: object[]): { httpRequest: HttpRequestHelper };
	};
	({ httpRequest } = getRequestHelperFunctions({}, { name: 'Runflow' }, {}));
}, 900_000);

describe("the transport on this n8n's helper", () => {
	transportContract(onHelper(async (options) => await httpRequest(options)));
});
