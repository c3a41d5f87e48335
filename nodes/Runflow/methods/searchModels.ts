import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

import { connectEditor } from '../host/connection/connection';
import { toNodeError } from '../host/errors/nodeError';
import { searchModels as search } from '../runflow';

const PAGE = 50;

/**
 * The models for the list of a Model field, a page at a time; the value of an entry is
 * `owner/slug`. Throws NodeApiError or NodeOperationError, whose message the editor shows.
 *
 * @param filter what the user typed into the list's search
 * @param paginationToken from the page before
 */
export async function searchModels(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const api = await connectEditor(this);
	const { models, cursor } = await search(api, {
		search: filter,
		cursor: paginationToken,
		limit: PAGE,
	}).catch((error: unknown) => {
		throw toNodeError(this.getNode(), error, 0);
	});
	return {
		results: models.map(({ model_id, name, description }) => ({
			name: name ? `${name} (${model_id})` : model_id,
			value: model_id,
			...(description ? { description } : {}),
		})),
		paginationToken: cursor,
	};
}
