import type { INodeProperties } from 'n8n-workflow';

import { callbackFields } from '../batch/creation/callback';
import { createAndWaitOptionsField, createOptionsField } from '../batch/creation/createOptions';
import { inputFields } from '../batch/input/inputFields';
import { modelField } from '../batch/input/model';
import { waitFields } from '../batch/parking/waitSettings';

/*
 * The fields of runs: those of batches, as far as they apply to one input at a time, under the same
 * names, in words of runs.
 */

const IN_WORDS_OF_RUNS: Record<string, string> = {
	model: 'The model that runs on every input item',
	modelInputs:
		"The model's input, evaluated for each input item. Fields left empty take the model's defaults.",
	itemJson:
		"The model's input, evaluated for each input item. By default it sends all columns. Name only the columns that the model has fields for. You can add a client_ref of up to 255 characters.",
	clientRef:
		"A label of up to 255 characters that comes back with the run. It is sent in the run's metadata, because the node uses Runflow's client_ref to find a run whose answer was lost. A client_ref inside the JSON takes precedence.",
	idempotencyKey:
		'Identifies the creation, so that it is not repeated. Leave it empty to let the node make a key. If one run of the node uses the same key for several rows, the later ones get -2, -3 and so on appended.',
	metadata:
		'A JSON object that comes back in the run and in its callback, e.g. { "order": 4711 }; evaluated for each input item',
	tryFailedRowsAgain:
		'How often items that the model failed on may run again before the results come out. Items whose input was refused, or that were cancelled, do not run again. The field tries says how many tries each item took.',
	callback: 'Where Runflow reports that the run is finished',
	callbackUrl:
		'The production URL of a Runflow Trigger, or any address that Runflow can reach from the internet; evaluated for each input item',
};

const NOT_FOR_RUNS = new Set(['jsonArray', 'resume', 'noBatches']);

/** A field of batches as runs have it. */
function forRuns(field: INodeProperties): INodeProperties {
	const { name, options } = field;
	const description = IN_WORDS_OF_RUNS[name] ?? field.description;
	const kept = options
		?.filter((option) => !NOT_FOR_RUNS.has('value' in option ? String(option.value) : option.name))
		.map((option) => ('type' in option ? forRuns(option) : option));
	return {
		...field,
		...(description ? { description } : {}),
		...(kept ? { options: kept as INodeProperties['options'] } : {}),
	};
}

/** What runs: the model and its input. */
export const runInputFields: INodeProperties[] = [
	modelField,
	...inputFields.filter(({ name }) => name !== 'batchJson'),
]
	.map(forRuns)
	.map((field) => (field.name === 'inputMode' ? withRunInputModes(field) : field));

/** Where Runflow reports a finished run. */
export const runCallbackFields = callbackFields.map(forRuns).map((field) =>
	field.name === 'callback'
		? {
				...field,
				options: field.options?.map((option) =>
					'value' in option && option.value === 'none'
						? {
								...option,
								description: 'Runflow reports nothing; ask for the state with Run > Get',
							}
						: option,
				),
			}
		: field,
);

export const runOptionsField = forRuns(createOptionsField);

/** The same, of the operation that has the results as well. */
export const runAndWaitOptionsField = forRuns(createAndWaitOptionsField);

/** How to wait for runs: as for batches, in words of runs. */
export const runWaitFields = JSON.parse(
	JSON.stringify(waitFields, (_, value: unknown) =>
		typeof value === 'string' ? waitingForRuns(value) : value,
	),
) as INodeProperties[];

function waitingForRuns(text: string): string {
	return text
		.replace(/the batch is finished/g, 'the runs are finished')
		.replace(/\bbatches\b/g, 'runs')
		.replace(/batchIds/g, 'runIds')
		.replace('and there are at most 1,000 rows', 'and there are at most 20 items')
		.replace(/^(Park the execution.*)$/, '$1 For more than 20 items the node asks Runflow.');
}

function withRunInputModes(field: INodeProperties): INodeProperties {
	const words: Record<string, string> = {
		mapFields: "Each input item becomes a run, from the model's own fields",
		jsonPerItem: 'Each input item becomes a run, from JSON evaluated for it',
	};
	return {
		...field,
		description: 'How the items that come into this node become runs',
		options: field.options?.map((option) =>
			'value' in option ? { ...option, description: words[String(option.value)] } : option,
		) as INodeProperties['options'],
	};
}
