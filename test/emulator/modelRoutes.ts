import type { ApiRequest } from './apiRequest.ts';
import { apiTime } from './clock.ts';
import { isUuid, stableId } from './ids.ts';
import { filterOf, page } from './listing.ts';
import type { Model, ModelInput } from './modelTypes.ts';
import { ApiError, invalid, json, notFound } from './reply.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

const CREATED = apiTime(Date.UTC(2026, 0, 5) * 1000);

/** The model catalogue: search, single models, their inputs, their owners. */
export function addModelRoutes(router: Router, world: World): void {
	const { catalogue } = world;
	const search = (request: ApiRequest, isPublic: boolean) => {
		const embeds = embedsOf(request, world);
		const found = catalogue.models.filter(
			filterOf(
				request.query.get('q'),
				fieldOf,
				(model) => `${model.owner}/${model.slug} ${model.name}`,
			),
		);
		const view = (model: Model) => modelView(model, world, embeds, isPublic);
		return json(200, page(request, found, view, world.settings.cursorStyle, world.baseUrl));
	};
	router.add('GET /v1/models', (request) => search(request, false));
	router.add('GET /v1/public/models', (request) => search(request, true));
	router.add('GET /v1/model-creators', (request) => {
		const found = catalogue.owners.filter(
			filterOf(request.query.get('q'), (owner, name) => creatorView(owner)[name], String),
		);
		return json(200, page(request, found, creatorView, world.settings.cursorStyle, world.baseUrl));
	});
	router.add('GET /v1/models/:name', () => {
		throw new ApiError(405, 'METHOD_NOT_ALLOWED', 'A model is named by its owner and its slug');
	});
	router.add('GET /v1/models/**', (request, [name]) => {
		const [first, second, third, ...more] = name.split('/');
		if (isUuid(first) && second === 'inputs' && third === undefined) {
			const model = catalogue.byId.get(first);
			if (!model) throw notFound('Model');
			const view = (input: ModelInput) => inputView(input, model);
			return json(
				200,
				page(request, model.inputs, view, world.settings.cursorStyle, world.baseUrl),
			);
		}
		if ((isUuid(first) || first === 'any') && second === 'inputs' && more.length === 0) {
			const found = catalogue.inputsById.get(third);
			if (!found || (first !== 'any' && found.model.id !== first)) throw notFound('Model input');
			return json(200, inputView(found.input, found.model));
		}
		const model = catalogue.byName.get(name);
		if (!model) throw notFound('Model');
		return json(200, modelView(model, world, [...embedsOf(request, world), 'inputs'], false));
	});
}

function embedsOf(request: ApiRequest, world: World): string[] {
	const embeds = (request.query.get('embed') ?? '').split(',').filter(Boolean);
	const unknown = embeds.find((name) => !world.settings.modelEmbeds.includes(name));
	if (!unknown) return embeds;
	throw invalid([
		{ loc: ['query', 'embed'], msg: `Unknown embed '${unknown}'`, type: 'value_error' },
	]);
}

function fieldOf(model: Model, name: string): unknown {
	if (name === 'category_code') return model.category;
	if (name === 'status_code') return 'active';
	if (name === 'model_creator_id') return stableId(`creator:${model.owner}`);
	return model[name as keyof Model];
}

function creatorView(owner: string): Record<string, unknown> {
	return {
		id: stableId(`creator:${owner}`),
		slug: owner,
		display_name: owner[0].toUpperCase() + owner.slice(1),
		description: null,
		avatar_url: null,
		website_url: null,
		claimed_by_org_id: null,
		created_at: CREATED,
		updated_at: CREATED,
		models: null,
	};
}

function modelView(model: Model, world: World, embeds: string[], isPublic: boolean) {
	const internal = {
		org_id: world.options.organizationId,
		is_public: true,
		created_by: null,
		deleted_at: null,
		deleted_by: null,
	};
	return {
		id: model.id,
		...(isPublic ? {} : internal),
		model_creator_id: stableId(`creator:${model.owner}`),
		slug: model.slug,
		name: model.name,
		description: model.description,
		version: '1.0',
		is_open_source: false,
		icon_url: null,
		cover_url: null,
		category_code: model.category,
		status_code: 'active',
		family_id: null,
		is_official: model.owner === 'runflow',
		availability_status: 'available',
		seo: null,
		notable_features: [],
		content: null,
		pricing_note: `$${(model.priceCents / 100).toFixed(2)} per request`,
		created_at: CREATED,
		updated_at: CREATED,
		inputs: embeds.includes('inputs') ? model.inputs.map((input) => inputView(input, model)) : null,
		outputs: null,
		...(embeds.includes('model_creator') ? { model_creator: creatorView(model.owner) } : {}),
	};
}

function inputView(input: ModelInput, model: Model): Record<string, unknown> {
	const choices = input.choices ?? input.suggestions;
	return {
		id: input.id,
		model_id: model.id,
		name: input.name,
		display_name: input.displayName,
		description: input.description,
		variable_type_code: input.type,
		default_behavior_code: input.defaultValue === undefined ? 'none' : 'static',
		validator_code: input.choices ? 'choices' : input.suggestions ? 'suggestions' : null,
		validator_attrs: choices ? { choices } : null,
		is_required: input.required,
		default_value: input.defaultValue ?? null,
		sort_order: model.inputs.indexOf(input),
		is_featured: input.required,
		created_at: CREATED,
		updated_at: CREATED,
	};
}
