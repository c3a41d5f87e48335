import type { INodeParameters } from 'n8n-workflow';

import type { LoadRequest } from './client-tasks.ts';
import type { Workload } from './workloads.ts';

const MODEL = 'acme/undeclared';
const COLUMNS = ['prompt', 'photo', 'style', 'seed', 'client_ref'];

/** Batch > Create from so many rows, a hundred in a batch, each row as JSON that names no column. */
export function createFromRows(count: number): Workload {
	const rows = Array.from({ length: count }, (_, index) => ({
		prompt: `A product on white, number ${index}`,
		client_ref: `row-${index}`,
	}));
	const itemJson = '={{ $json }}';
	return {
		...creation(`Create from ${count} rows`, rows, { inputMode: 'jsonPerItem', itemJson }),
		rival: { chunk: 100, url: `/v1/models/${MODEL}/batches`, row: itemJson },
	};
}

/** The same with five fields of the model, each a reference to a column, beside Edit Fields with the same five. */
export function createFromColumns(count: number): Workload {
	const references = Object.fromEntries(COLUMNS.map((name) => [name, `={{ $json.${name} }}`]));
	const assignments = COLUMNS.map((name) => ({
		id: name,
		name,
		type: name === 'seed' ? 'number' : 'string',
		value: references[name],
	}));
	return {
		...creation(`Create from ${count} rows, five columns`, fiveColumns(count), {
			inputMode: 'mapFields',
			modelInputs: { mappingMode: 'defineBelow', value: references, ...fields() },
		}),
		editFields: { assignments: { assignments }, options: {} },
	};
}

/** The same with one expression for each row, which makes an object. */
export function createFromExpression(count: number): Workload {
	const expression = `={{ { prompt: $json.prompt, image_url: $json.photo, client_ref: $json.client_ref } }}`;
	return {
		...creation(
			`Create from ${count} rows, one expression`,
			fiveColumns(count),
			{ inputMode: 'jsonPerItem', itemJson: expression },
			({ prompt, photo, client_ref }) => ({ prompt, image_url: photo, client_ref }),
		),
		editFields: { mode: 'raw', jsonOutput: expression, options: {} },
	};
}

/** The same with columns that map themselves, without any expression. */
export function createAutomatically(count: number): Workload {
	return creation(`Create from ${count} rows, Map Automatically`, fiveColumns(count), {
		inputMode: 'mapFields',
		modelInputs: { mappingMode: 'autoMapInputData', value: null, ...fields() },
	});
}

function fiveColumns(count: number) {
	return Array.from({ length: count }, (_, index) => ({
		prompt: `A product on white, number ${index}`,
		photo: `https://example.com/photos/${index}.png`,
		style: index % 2 === 0 ? 'natural' : 'vivid',
		seed: index,
		client_ref: `row-${index}`,
	}));
}

/** The model's fields as the editor stores them. */
function fields() {
	const schema = COLUMNS.filter((name) => name !== 'client_ref').map((id) => ({
		id,
		displayName: id,
		required: false,
		defaultMatch: false,
		display: true,
		type: id === 'seed' ? 'number' : 'string',
		defaultValue: null,
		variableType: id === 'seed' ? 'integer' : 'text',
		isRequired: false,
		removed: false,
	}));
	return { matchingColumns: [], schema };
}

function creation<Row extends object>(
	name: string,
	rows: Row[],
	input: object,
	inputOf: (row: Row) => object = (row) => row,
): Workload {
	const path = `/v1/models/${MODEL}/batches`;
	const requests: LoadRequest[] = [];
	for (let at = 0; at < rows.length; at += 100) {
		const body = JSON.stringify({ input: rows.slice(at, at + 100).map(inputOf) });
		requests.push({ method: 'POST', path, body });
	}
	return {
		name,
		rows,
		requests,
		runflow: {
			resource: 'batch',
			operation: 'create',
			model: { __rl: true, mode: 'id', value: MODEL },
			...input,
		} as INodeParameters,
	};
}
