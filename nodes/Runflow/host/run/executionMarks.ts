import type { IExecuteFunctions, IWorkflowExecutionCustomData } from 'n8n-workflow';

/** A value is cut beyond this (n8n-core, execution-metadata); ids are not to be cut. */
const LONGEST_VALUE = 255;
/** An execution has ten values in all, and they are the user's first. */
const MOST_VALUES = 2;

/**
 * Marks the execution with ids, so that n8n's list of executions finds it by one of them (its filter
 * "Custom data", which n8n's licence decides on): under the name, and under the name with a 2 for
 * those that do not fit. What other nodes marked under it stays; ids beyond that are left out. Does
 * nothing where this n8n has no such marks, or none in this context.
 */
export function markExecution(context: IExecuteFunctions, name: string, ids: string[]): void {
	const marks = marksOf(context);
	if (!marks || ids.length === 0) return;
	const names = Array.from({ length: MOST_VALUES }, (_, index) =>
		index === 0 ? name : `${name}${index + 1}`,
	);
	const values = names.map((each) => marks.get(each) ?? '');
	const known = new Set(values.flatMap((value) => value.split(',')));
	for (const id of ids) {
		if (known.has(id)) continue;
		const place = values.findIndex((value) => value.length + 1 + id.length <= LONGEST_VALUE);
		if (place === -1) break;
		values[place] = values[place] === '' ? id : `${values[place]},${id}`;
		known.add(id);
	}
	values.forEach((value, index) => {
		if (value !== '') marks.set(names[index], value);
	});
}

function marksOf(context: IExecuteFunctions): IWorkflowExecutionCustomData | undefined {
	try {
		return context.customData ?? marksOfExpressions(context);
	} catch {
		// A context without an execution has no marks, and says so by throwing.
		return undefined;
	}
}

/** n8n 1, 2.0 and 2.4 have them for expressions alone, as `$execution.customData`. */
function marksOfExpressions(context: IExecuteFunctions): IWorkflowExecutionCustomData | undefined {
	const { $execution } = context.getWorkflowDataProxy(0) as unknown as {
		$execution?: { customData?: IWorkflowExecutionCustomData };
	};
	return $execution?.customData;
}
