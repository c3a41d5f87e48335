import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { call } from '../emulator/apiClient.ts';
import {
	batchCall,
	createCall,
	itemsCall,
	modelCall,
	runCall,
	runCreateCall,
	UUID,
} from './calls.ts';
import { FILE, sameFiles, storedAsset } from './fileChecks.ts';
import type { Operation } from './operation.ts';
import { batchWithFile, finishedBatch, ROWS, someBatch, someRun, someSecret } from './prepared.ts';

const POLLING = { waitFor: 'polling', timeout: 10, pollInterval: 600 };

const creation: IDataObject = {
	model: { __rl: true, mode: 'id', value: 'acme/undeclared' },
	inputMode: 'jsonPerItem',
	itemJson: { prompt: 'a red bicycle' },
	options: {},
};
const rows = () =>
	Array.from({ length: ROWS }, (_, row): INodeExecutionData => ({ json: { row } }));

/** The operations by `resource: operation`; one that the node has and this has not fails the run. */
export const OPERATIONS: Record<string, Operation> = {
	'account: getBalance': {
		parameters: () => ({}),
		calls: [
			{
				name: 'GET balance',
				on: /^GET \/v1\/billing\/balance$/,
				class: 'read',
				needs: 'balance',
			},
		],
	},
	'batch: create': {
		items: rows,
		parameters: () => ({ ...creation, callback: 'none' }),
		calls: [createCall, modelCall],
		leaves: { batches: 1 },
	},
	'batch: createAndWait': {
		items: rows,
		held: true,
		parameters: () => ({ ...creation, ...POLLING }),
		calls: [createCall, modelCall, { ...batchCall, polled: true }, itemsCall],
		leaves: { batches: 1 },
	},
	'batch: createAndWait, failed rows again': {
		items: rows,
		held: true,
		parameters: () => ({
			...creation,
			...POLLING,
			itemJson: { prompt: '[fail 1 time]' },
			options: { tryFailedRowsAgain: 1 },
		}),
		calls: [
			createCall,
			// Where the second batch is refused the rows stay failed: see tryAgain.test.ts.
			{ ...createCall, name: 'POST again', skip: 1, unless: ['refusal', 'throttling'] },
			modelCall,
			{ ...batchCall, polled: true },
			itemsCall,
		],
		leaves: { batches: 2 },
	},
	'batch: get': {
		prepare: finishedBatch,
		parameters: ({ batchId }) => ({ batchId, simplify: false }),
		calls: [batchCall],
	},
	'batch: wait': {
		prepare: someBatch,
		held: true,
		parameters: ({ batchId }) => ({ ...POLLING, batchId, output: 'items' }),
		calls: [{ ...batchCall, polled: true }, itemsCall],
		leaves: { deliveries: 1 },
	},
	'batchItem: get': {
		prepare: async (stage) => {
			const { batchId } = await finishedBatch(stage);
			const { json } = await call(stage.emulator, `GET /v1/batches/${batchId}/items`);
			return { batchId, itemId: json.items[0].id };
		},
		parameters: ({ batchId, itemId }) => ({ batchId, itemId }),
		calls: [
			{
				name: 'GET item',
				on: new RegExp(`^GET /v1/batches/${UUID}/items/${UUID}$`),
				class: 'read',
			},
		],
	},
	'batchItem: getAll': {
		prepare: finishedBatch,
		parameters: ({ batchId }) => ({ batchId, returnAll: true }),
		calls: [itemsCall],
	},
	'callbackDelivery: getAll': {
		prepare: finishedBatch,
		parameters: ({ batchId }) => ({ batchId, returnAll: true, simplify: false }),
		calls: [
			{
				name: 'GET callback',
				on: new RegExp(`^GET /v1/batches/${UUID}/callback$`),
				class: 'read',
			},
		],
	},
	'callbackDelivery: redeliver': {
		prepare: finishedBatch,
		parameters: ({ batchId }) => ({ batchId, onConflict: 'error' }),
		calls: [
			{
				name: 'POST redeliveries',
				on: new RegExp(`^POST /v1/batches/${UUID}/callback-redeliveries$`),
				class: 'once',
			},
		],
		leaves: { deliveries: 1 },
	},
	'callbackSecret: create': {
		parameters: () => ({ label: 'two' }),
		calls: [
			{
				name: 'POST secrets',
				on: /^POST \/v1\/callback-secrets$/,
				class: 'once',
				needs: 'plain_secret',
			},
		],
		leaves: { secrets: 1 },
	},
	'callbackSecret: get': {
		prepare: someSecret,
		parameters: ({ secretId }) => ({ secretId }),
		calls: [
			{ name: 'GET secret', on: new RegExp(`^GET /v1/callback-secrets/${UUID}$`), class: 'read' },
		],
	},
	'callbackSecret: update': {
		prepare: someSecret,
		parameters: ({ secretId }) => ({
			secretId,
			updateFields: { label: 'three', makeCurrent: true },
		}),
		calls: [
			{
				name: 'PATCH secret',
				on: new RegExp(`^PATCH /v1/callback-secrets/${UUID}$`),
				class: 'write',
			},
		],
	},
	'media: download': {
		prepare: batchWithFile,
		parameters: ({ batchId }) => ({
			source: 'batch',
			batchId,
			binaryPropertyName: 'data',
			options: { maxSizeMb: 1 },
		}),
		calls: [itemsCall, { name: 'GET file', on: /^GET \/files\//, class: 'file' }],
		check: sameFiles,
	},
	'media: upload': {
		items: (binaries) => [{ json: {}, binary: { data: binaries.binary(FILE) } }],
		parameters: () => ({ binaryPropertyName: 'data', options: {} }),
		calls: [
			{
				name: 'POST uploads',
				on: /^POST \/v1\/asset-uploads$/,
				class: 'write',
				needs: 'upload_url',
			},
			{ name: 'PUT bytes', on: /^PUT \/uploads\//, class: 'put' },
			{
				name: 'POST confirmations',
				on: /^POST \/v1\/asset-uploads\/.+\/confirmations$/,
				class: 'write',
			},
		],
		check: storedAsset,
	},
	'model: get': {
		parameters: () => ({
			model: { __rl: true, mode: 'id', value: 'google/nano-banana-pro' },
			simplify: false,
		}),
		calls: [
			{
				name: 'GET model',
				on: /^GET \/v1\/models\/google\/nano-banana-pro(\?|$)/,
				class: 'read',
			},
		],
	},
	'run: create': {
		held: true,
		parameters: () => ({ ...creation, callback: 'none' }),
		calls: [runCreateCall, modelCall],
		leaves: { runs: 1 },
		// A run that is looked for has gone on meanwhile.
		same: (result) =>
			result
				.replace(/"status_code":"(queued|running)"/g, '"status_code":"under way"')
				.replace(/"started_at":(null|"time")/g, '"started_at":"time"'),
	},
	'run: createAndWait': {
		held: true,
		parameters: () => ({ ...creation, ...POLLING }),
		calls: [runCreateCall, modelCall, { ...runCall, polled: true, needs: undefined }],
		leaves: { runs: 1 },
	},
	'run: get': {
		prepare: someRun,
		parameters: ({ runId }) => ({ runId, simplify: false }),
		calls: [runCall],
	},
	'run: getAll': {
		prepare: someRun,
		parameters: () => ({ returnAll: true, filters: {}, simplify: true }),
		calls: [{ name: 'GET runs', on: /^GET \/v1\/runs\?/, class: 'read', needs: 'items' }],
	},
	'model: getAll': {
		parameters: () => ({ search: '', returnAll: false, limit: 5, simplify: true }),
		calls: [{ name: 'GET models', on: /^GET \/v1\/models\?/, class: 'read', needs: 'items' }],
	},
};
