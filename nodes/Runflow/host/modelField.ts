import type { ResourceMapperField } from 'n8n-workflow';

import type { InputLimits } from '../runflow';

/**
 * A model's field as n8n keeps it inside the workflow. The additions survive there (the editor
 * stores the fields as it gets them), so that a run knows them without asking Runflow.
 */
export interface ModelField extends ResourceMapperField {
	/** Runflow's `variable_type_code`. */
	variableType: string;
	/** Runflow's `is_required`; n8n's `required` is only set where n8n itself may insist on it. */
	isRequired: boolean;
	/** What the model calls the field; n8n's `displayName` has the field's name behind it. */
	label: string;
	/** How large values may be. */
	limits?: InputLimits;
}
