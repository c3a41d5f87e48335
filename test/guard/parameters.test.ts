import type { ICredentialDataDecryptedObject, IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { FakeBinaries } from '../fakes/binaries.ts';
import { oneErrorRealm } from '../fakes/realm.ts';
import { waitingContext } from '../fakes/waitingContext.ts';

// How often the node has n8n evaluate a parameter, and read and decrypt the credential. Both are
// slow: of a run over many rows they would be nearly all the time.

oneErrorRealm();

let emulator: Emulator;

beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0 });
});
afterEach(async () => await emulator.close());

interface Count {
	/** By the parameter's name and the row it was evaluated for. */
	evaluations: Map<string, number>;
	credentialReads: number;
	output: INodeExecutionData[];
}

/** Runs the node over the emulator, and counts. */
async function counted(
	rows: number,
	parameters: IDataObject | ((item: number) => IDataObject),
): Promise<Count> {
	const binaries = new FakeBinaries();
	const items = Array.from({ length: rows }, (_, row) => ({
		json: { row },
		binary: { data: binaries.binary(Buffer.from(`file ${row}`)) },
	}));
	const credential: ICredentialDataDecryptedObject = {
		apiKey: emulator.apiKey,
		baseUrl: emulator.url,
	};
	const { context } = waitingContext({ parameters, items, credential, binaries });
	const evaluations = new Map<string, number>();
	let credentialReads = 0;
	const { getNodeParameter, getCredentials } = context as unknown as {
		getNodeParameter: (...args: unknown[]) => unknown;
		getCredentials: (...args: unknown[]) => unknown;
	};
	Object.assign(context, {
		getNodeParameter: (name: string, item: number, fallback?: unknown, options?: object) => {
			if (!(options as { rawExpressions?: boolean })?.rawExpressions) {
				const key = `${name} of row ${item}`;
				evaluations.set(key, (evaluations.get(key) ?? 0) + 1);
			}
			return getNodeParameter(name, item, fallback, options);
		},
		getCredentials: (...args: unknown[]) => {
			credentialReads++;
			return getCredentials(...args);
		},
	});
	const [output] = await new Runflow().execute.call(context);
	return { evaluations, credentialReads, output };
}

const FILES = { files: [{ field: 'image_url', binaryProperty: 'data' }] };
const MAPPER = {
	mappingMode: 'defineBelow',
	value: { prompt: 'a', seed: 7 },
	matchingColumns: [],
	schema: ['prompt', 'seed'].map((id) => ({
		id,
		displayName: id,
		type: 'string',
		required: false,
	})),
};

const withoutFiles = { clientRef: 'a', metadata: '{ "order": 1 }' };
const withFiles = { ...withoutFiles, uploadBinary: FILES };

describe.each(['create', 'createAndWait'])('batch: %s over 3 rows', (operation) => {
	describe.each([
		['mapped fields', { inputMode: 'mapFields', modelInputs: MAPPER, options: withoutFiles }],
		[
			'mapped fields and files',
			{ inputMode: 'mapFields', modelInputs: MAPPER, options: withFiles },
		],
		['JSON', { inputMode: 'jsonPerItem', itemJson: '{ "prompt": "a" }', options: withoutFiles }],
		['JSON and files', { inputMode: 'jsonPerItem', itemJson: '{ "a": 1 }', options: withFiles }],
	])('with %s', (_, input) => {
		const parameters: IDataObject = {
			resource: 'batch',
			operation,
			model: { __rl: true, mode: 'id', value: 'acme/undeclared' },
			callback: 'none',
			waitFor: 'polling',
			timeout: 1,
			pollInterval: 0.001,
			...input,
		};

		it('evaluates a parameter with an expression at most once for each row', async () => {
			const { evaluations, output } = await counted(3, () => parameters);
			expect(output).toHaveLength(operation === 'create' ? 1 : 3);
			expect(evaluations.get('options.clientRef of row 2')).toBe(1);
			expect([...evaluations].filter(([, times]) => times > 1)).toEqual([]);
		});

		it('evaluates a parameter without an expression once', async () => {
			const { evaluations } = await counted(3, parameters);
			expect(evaluations.get('options.clientRef of row 0')).toBe(1);
			const names = [...evaluations.keys()].map((key) => key.split(' ')[0]);
			expect(names).toEqual([...new Set(names)]);
			expect([...evaluations.values()].filter((times) => times > 1)).toEqual([]);
		});
	});
});

describe('the credential', () => {
	it('is read once for 50 uploads', async () => {
		const { credentialReads, output } = await counted(50, () => ({
			resource: 'media',
			operation: 'upload',
			binaryPropertyName: 'data',
		}));
		expect(output).toHaveLength(50);
		expect(new Set(output.map(({ json }) => json.asset_id)).size).toBe(50);
		expect(credentialReads).toBe(1);
	});

	it('is read once for a batch of 50 rows with files', async () => {
		const { credentialReads, output } = await counted(50, () => ({
			resource: 'batch',
			operation: 'create',
			model: { __rl: true, mode: 'id', value: 'acme/undeclared' },
			inputMode: 'jsonPerItem',
			itemJson: { prompt: 'a' },
			options: { uploadBinary: FILES },
		}));
		expect(output).toHaveLength(1);
		const uploads = emulator.requests.filter(({ method }) => method === 'PUT');
		expect(uploads).toHaveLength(50);
		expect(credentialReads).toBe(1);
	});
});
