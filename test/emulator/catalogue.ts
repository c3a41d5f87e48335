import { generatedModels } from './generatedModels.ts';
import { stableId } from './ids.ts';
import type { Catalogue, Model, ModelInput } from './modelTypes.ts';

type Field = Partial<ModelInput> & { name: string; type: string };

function model(
	id: string,
	name: string,
	description: string,
	priceCents: number,
	fields: Field[],
	more: Partial<Model> = {},
): Model {
	const [owner, ...rest] = id.split('/');
	const inputs = fields.map((field) => ({
		id: stableId(`${id}#${field.name}`),
		displayName: field.name.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase()),
		description: '',
		required: false,
		...field,
	}));
	return {
		id: stableId(id),
		owner,
		slug: rest.join('/'),
		name,
		description,
		category: 'image_editing',
		priceCents,
		supportsBatches: true,
		outputType: 'image',
		inputs,
		...more,
	};
}

const picture: Field = {
	name: 'image_url',
	type: 'image',
	required: true,
	description: 'The picture to work on.',
};
const prompt: Field = {
	name: 'prompt',
	type: 'string',
	required: true,
	description: 'What to make.',
};

function handMadeModels(): Model[] {
	return [
		model('runflow/background-removal', 'Background Removal', 'Cuts out the subject.', 5, [
			picture,
		]),
		model('runflow/smart-resize', 'Smart Resize', 'Extends a picture to another shape.', 14, [
			picture,
			{
				name: 'aspect_ratio',
				type: 'string',
				required: true,
				choices: ['1:1', '4:5', '16:9', '9:16'],
				defaultValue: '1:1',
			},
			{ name: 'resolution', type: 'string', suggestions: ['1K', '2K', '4K'], defaultValue: '1K' },
		]),
		model('runflow/object-removal/prompt', 'Object Removal', 'Removes what the prompt names.', 14, [
			picture,
			prompt,
		]),
		model(
			'google/nano-banana-pro',
			'Nano Banana Pro',
			'Makes and edits pictures from text.',
			14,
			[
				prompt,
				{ name: 'image_urls', type: 'image_list', description: 'Pictures to start from.' },
				{ name: 'num_images', type: 'integer', defaultValue: 1 },
				{ name: 'guidance', type: 'number', defaultValue: 7.5 },
				{ name: 'transparent', type: 'boolean', defaultValue: false },
				{ name: 'style', type: 'enum', choices: ['natural', 'vivid', 'line art'] },
				{ name: 'config', type: 'json', description: 'Settings for experts.' },
			],
			{ category: 'image_generation' },
		),
		model('topaz/upscale/image', 'Topaz Upscale', 'Makes a picture larger.', 20, [
			picture,
			{ name: 'scale', type: 'integer', defaultValue: 2, choices: [2, 4] },
		]),
		model(
			'acme/provider-only',
			'Provider Only',
			'Runs at its provider alone, so it takes no batches.',
			10,
			[prompt],
			{ supportsBatches: false },
		),
		model('acme/undeclared', 'Undeclared', 'Declares no inputs and takes anything.', 3, []),
		model(
			'acme/text-to-video',
			'Text to Video',
			'Makes a short film from text.',
			35,
			[prompt, { name: 'duration', type: 'number', defaultValue: 5 }],
			{ category: 'video_generation', outputType: 'video' },
		),
		model('acme/big-files', 'Big Files', 'Answers with files of a chosen size.', 1, [
			{ name: 'prompt', type: 'string' },
			{ name: 'output_bytes', type: 'integer', required: true, defaultValue: 10_485_760 },
		]),
	];
}

/** The models this emulator knows: a few made by hand, and enough others that lists have pages. */
export function createCatalogue(): Catalogue {
	const models = [...handMadeModels(), ...generatedModels(model)];
	return {
		models,
		byName: new Map(models.map((entry) => [`${entry.owner}/${entry.slug}`, entry])),
		byId: new Map(models.map((entry) => [entry.id, entry])),
		inputsById: new Map(
			models.flatMap((entry) => entry.inputs.map((input) => [input.id, { model: entry, input }])),
		),
		owners: [...new Set(models.map((entry) => entry.owner))],
	};
}
