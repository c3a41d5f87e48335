/** A declared input field of a model. */
export interface ModelInput {
	id: string;
	name: string;
	displayName: string;
	description: string;
	type: string;
	required: boolean;
	choices?: unknown[];
	/** Choices that are only proposed: other values pass. */
	suggestions?: unknown[];
	defaultValue?: unknown;
}

/** A model of the catalogue. */
export interface Model {
	id: string;
	owner: string;
	slug: string;
	name: string;
	description: string;
	category: string;
	/** Price per succeeded item. */
	priceCents: number;
	supportsBatches: boolean;
	outputType: 'image' | 'video';
	inputs: ModelInput[];
}

/** The catalogue, with the look-ups that routes need. */
export interface Catalogue {
	models: Model[];
	/** By `owner/slug`. */
	byName: Map<string, Model>;
	byId: Map<string, Model>;
	inputsById: Map<string, { model: Model; input: ModelInput }>;
	owners: string[];
}
