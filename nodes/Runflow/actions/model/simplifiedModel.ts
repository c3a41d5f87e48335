import type { IDataObject } from 'n8n-workflow';

import { choicesOf, inputsInOrder, type CatalogueModel, type ModelInput } from '../../runflow';

/** A model as output; `model_id` is what the Model field takes By ID. */
export function modelJson(model: CatalogueModel, simplify: boolean): IDataObject {
	if (!simplify) return { ...(model as IDataObject), model_id: model.model_id };
	const { model_id, name = null, description = null, inputs } = model;
	const { category_code = null, availability_status = null, pricing_note = null } = model;
	return {
		model_id,
		name,
		description,
		category_code,
		availability_status,
		pricing_note,
		...(inputs ? { inputs: inputsInOrder(inputs).map(inputJson) } : {}),
	};
}

function inputJson(input: ModelInput): IDataObject {
	return {
		name: input.name,
		display_name: input.display_name ?? null,
		description: input.description ?? null,
		type: input.variable_type_code ?? null,
		is_required: input.is_required ?? false,
		default_value: (input.default_value ?? null) as IDataObject | null,
		choices: choicesOf(input)?.map(({ value }) => value) ?? null,
	};
}
