import type { Call } from './operation.ts';

/** What stands for an id in the path of a request. */
export const UUID = '[0-9a-f-]{36}';

export const createCall: Call = {
	name: 'POST batches',
	on: /^POST \/v1\/models\/.+\/batches$/,
	class: 'keyed',
	needs: 'id',
};
export const modelCall: Call = {
	name: 'GET model',
	on: /^GET \/v1\/models\//,
	class: 'spare',
};
export const batchCall: Call = {
	name: 'GET batch',
	on: new RegExp(`^GET /v1/batches/${UUID}$`),
	class: 'read',
	needs: 'status_code',
};
export const itemsCall: Call = {
	name: 'GET items',
	on: new RegExp(`^GET /v1/batches/${UUID}/items\\?`),
	class: 'read',
	needs: 'items',
};

export const runCreateCall: Call = {
	name: 'POST run',
	on: /^POST \/v1\/models\/.+\/runs$/,
	class: 'keyed',
	needs: 'id',
	sought: true,
};
export const runCall: Call = {
	name: 'GET run',
	on: new RegExp(`^GET /v1/runs/${UUID}\\?`),
	class: 'read',
	needs: 'id',
};
