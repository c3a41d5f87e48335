import { z } from 'zod';

import { flag, text } from '../http/answerFields';

/**
 * The shapes of the model catalogue. Fields beyond these pass through untouched.
 * Sources: docs.runflow.io, api-reference search-models, get-model-by-owner-and-slug,
 * get-model-input, search-model-creators.
 */

/** The declaration of one input field of a model. */
export const modelInputSchema = z
	.object({
		name: z.string(),
		display_name: text,
		description: text,
		variable_type_code: text,
		default_behavior_code: text,
		validator_code: text,
		validator_attrs: z.unknown(),
		is_required: flag,
		default_value: z.unknown(),
		sort_order: z.number().nullish(),
		is_featured: flag,
	})
	.passthrough();
export type ModelInput = z.infer<typeof modelInputSchema>;

/** Who publishes models; its slug is the first segment of their ids. */
export const modelCreatorSchema = z.object({ id: text, slug: text }).passthrough();

/** A model of the catalogue. Its owner is not a field of it, see `CatalogueModel`. */
export const modelSchema = z
	.object({
		id: text,
		slug: text,
		name: text,
		description: text,
		category_code: text,
		status_code: text,
		availability_status: text,
		pricing_note: text,
		model_creator_id: text,
		model_creator: modelCreatorSchema.nullish(),
		inputs: z.array(modelInputSchema).nullish(),
	})
	.passthrough();
export type Model = z.infer<typeof modelSchema>;
