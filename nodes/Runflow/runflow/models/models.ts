import type { Api } from '../http/api';
import { RunflowApiError } from '../http/errors';
import { listAll, listPage } from '../http/pages';
import {
	modelCreatorSchema,
	modelInputSchema,
	modelSchema,
	type Model,
	type ModelInput,
} from './modelSchemas';

/** A model with the id that it is called by. */
export type CatalogueModel = Model & {
	/** `owner/slug`, of two segments or more. */
	model_id: string;
};

/** A part of the catalogue; `cursor` leads to the part after it. */
export interface ModelPage {
	models: CatalogueModel[];
	cursor?: string;
}

const PAGE = 100;

/**
 * Reads one page of models whose owner, slug or name contain every word of the search. How the
 * server filters the docs leave open: its answer to the bare text counts only when it is one to the
 * question; where it refuses the text, finds nothing, or finds something else, all pages are
 * filtered here and the matches come back as one page.
 *
 * @throws as `Api.call`
 */
export async function searchModels(
	api: Api,
	options: { search?: string; cursor?: string; limit?: number } = {},
): Promise<ModelPage> {
	return await searchPage(new Catalogue(api), options);
}

/** Reads the models that match a search, page by page, until `most` are there. */
export async function listModels(
	api: Api,
	options: { search?: string; most?: number } = {},
): Promise<CatalogueModel[]> {
	const { search, most = Infinity } = options;
	const catalogue = new Catalogue(api);
	return await collect(async (cursor) => await searchPage(catalogue, { search, cursor }), most);
}

/**
 * Reads one model with the declarations of its inputs.
 *
 * @param modelPath encoded `owner/slug`, from `modelPath`
 */
export async function getModel(api: Api, modelPath: string): Promise<CatalogueModel> {
	const read = async (embed?: string) =>
		await api.call({
			method: 'GET',
			path: `/v1/models/${modelPath}`,
			query: { embed },
			retry: 'repeatable',
			schema: modelSchema,
		});
	const model = await read('inputs').catch(async (error: unknown) => {
		if (!isRefusal(error)) throw error;
		return await read();
	});
	return {
		...model,
		model_id: modelPath.split('/').map(decodeURIComponent).join('/'),
		inputs: model.inputs ?? (model.id ? await listModelInputs(api, model.id) : []),
	};
}

/** Reads the declarations of a model's inputs; a model for which there is no such list has none. */
async function listModelInputs(api: Api, id: string): Promise<ModelInput[]> {
	const path = `/v1/models/${encodeURIComponent(id)}/inputs`;
	return await listAll(api, path, modelInputSchema).catch((error: unknown) => {
		if (error instanceof RunflowApiError && [404, 405].includes(error.status)) return [];
		throw error;
	});
}

/** The catalogue as a key may read it: what was refused once is not asked for again. */
class Catalogue {
	private readonly api: Api;
	private path = '/v1/models';
	private embed: string | undefined = 'model_creator';
	private owners: Promise<Map<string, string>> | undefined;

	constructor(api: Api) {
		this.api = api;
	}

	async page(options: { q?: string; cursor?: string; limit: number }): Promise<ModelPage> {
		const { q, cursor, limit } = options;
		const query = { q, embed: this.embed };
		const page = await listPage(this.api, this.path, modelSchema, { query, cursor, limit }).catch(
			(error: unknown) => {
				if (!this.giveWay(error)) throw error;
			},
		);
		if (!page) return await this.page(options);
		const models = await Promise.all(page.entries.map(async (model) => await this.named(model)));
		return { models: models.filter((model) => model !== undefined), cursor: page.cursor };
	}

	/** Whether there is another way to ask for what was just refused. */
	private giveWay(error: unknown): boolean {
		if (isRefusal(error) && this.embed) {
			this.embed = undefined;
			return true;
		}
		// A key without the right to search may still read the models that everybody may.
		if (error instanceof RunflowApiError && error.status === 403 && this.path === '/v1/models') {
			this.path = '/v1/public/models';
			return true;
		}
		return false;
	}

	/** The model with its id; `undefined` where its owner is unknown, since it cannot be called. */
	private async named(model: Model): Promise<CatalogueModel | undefined> {
		if (!model.slug) return undefined;
		const owner =
			model.model_creator?.slug ?? (await this.readOwners()).get(model.model_creator_id ?? '');
		return owner ? { ...model, model_id: `${owner}/${model.slug}` } : undefined;
	}

	private async readOwners(): Promise<Map<string, string>> {
		this.owners ??= listAll(this.api, '/v1/model-creators', modelCreatorSchema).then(
			(creators) =>
				new Map(creators.flatMap(({ id, slug }) => (id && slug ? [[id, slug] as const] : []))),
		);
		return await this.owners;
	}
}

async function searchPage(
	catalogue: Catalogue,
	options: { search?: string; cursor?: string; limit?: number },
): Promise<ModelPage> {
	const { cursor, limit = PAGE } = options;
	const search = options.search?.trim() ?? '';
	if (search === '') return await catalogue.page({ cursor, limit });
	const answer = await catalogue.page({ q: search, cursor, limit }).catch((error: unknown) => {
		if (!isRefusal(error)) throw error;
	});
	const found = answer?.models.filter((model) => matches(model, search)) ?? [];
	const understood = found.length > 0 && found.length === answer?.models.length;
	if (understood || cursor !== undefined) return { models: found, cursor: answer?.cursor };
	const all = await collect(async (next) => await catalogue.page({ cursor: next, limit: PAGE }));
	return { models: all.filter((model) => matches(model, search)) };
}

async function collect(
	read: (cursor?: string) => Promise<ModelPage>,
	most = Infinity,
): Promise<CatalogueModel[]> {
	const models: CatalogueModel[] = [];
	let cursor: string | undefined;
	do {
		const page = await read(cursor);
		models.push(...page.models);
		cursor = page.cursor === cursor ? undefined : page.cursor;
	} while (cursor !== undefined && models.length < most);
	return models.slice(0, most);
}

function matches({ model_id, name }: CatalogueModel, search: string): boolean {
	const text = `${model_id} ${name ?? ''}`.toLowerCase();
	return search
		.toLowerCase()
		.split(/\s+/)
		.every((word) => text.includes(word));
}

/** Whether Runflow did not like the question itself. */
function isRefusal(error: unknown): boolean {
	return error instanceof RunflowApiError && [400, 422].includes(error.status);
}
