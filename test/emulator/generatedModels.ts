import type { Model, ModelInput } from './modelTypes.ts';

type Field = Partial<ModelInput> & { name: string; type: string };
type MakeModel = (
	id: string,
	name: string,
	description: string,
	priceCents: number,
	fields: Field[],
) => Model;

const OWNERS = ['aurora', 'bluebird', 'cedar', 'dune', 'ember', 'fjord'];
const TASKS = [
	'portrait',
	'product-shot',
	'relight',
	'colorize',
	'sketch',
	'denoise',
	'background-color',
	'restyle',
	'face-restore',
];

/** Plain models in number: 54, each of one owner and one task. */
export function generatedModels(model: MakeModel): Model[] {
	return OWNERS.flatMap((owner) =>
		TASKS.map((task, i) =>
			model(
				`${owner}/${task}`,
				`${title(owner)} ${title(task)}`,
				`${title(task)} by ${owner}.`,
				4 + i,
				[
					{ name: 'image_url', type: 'image', required: true },
					{ name: 'prompt', type: 'string' },
					{ name: 'strength', type: 'number', defaultValue: 0.5 },
				],
			),
		),
	);
}

function title(slug: string): string {
	return slug
		.split('-')
		.map((word) => word[0].toUpperCase() + word.slice(1))
		.join(' ');
}
