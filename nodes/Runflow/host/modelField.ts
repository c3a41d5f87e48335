import type { ResourceMapperField } from 'n8n-workflow';

/**
 * A model's field as n8n keeps it inside the workflow. The two additions survive there (the editor
 * stores the fields as it gets them), so that a run knows them without asking Runflow.
 */
export interface ModelField extends ResourceMapperField {
	/** Runflow's `variable_type_code`. */
	variableType: string;
	/** Runflow's `is_required`; n8n's `required` is only set where n8n itself may insist on it. */
	isRequired: boolean;
}
