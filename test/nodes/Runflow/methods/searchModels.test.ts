import { searchModels } from '../../../../nodes/Runflow/methods/searchModels.ts';
import { rejection } from '../../../fakes/api.ts';
import { loadOptionsContext } from '../../../fakes/loadOptionsContext.ts';
import { runflow, withoutNetwork } from '../../../fakes/network.ts';
import { API_KEY, credential } from '../../../fakes/node.ts';

withoutNetwork();

it('lists models with name, id and description, and the token of the next page', async () => {
	runflow()
		.get('/v1/models?q=o&embed=model_creator&limit=50&pq=t1')
		.reply(200, {
			items: [
				{ slug: 'one', name: 'One', description: 'The first.', model_creator: { slug: 'a' } },
				{ slug: 'two/o', name: null, description: '', model_creator: { slug: 'a' } },
			],
			next: 't2',
		});
	expect(await searchModels.call(loadOptionsContext(), 'o', 't1')).toEqual({
		results: [
			{ name: 'One (a/one)', value: 'a/one', description: 'The first.' },
			{ name: 'a/two/o', value: 'a/two/o' },
		],
		paginationToken: 't2',
	});
});

it('says in words what went wrong', async () => {
	runflow().get('/v1/models?embed=model_creator&limit=50').reply(401, { code: 'x', message: 'no' });
	const error = await rejection(searchModels.call(loadOptionsContext()));
	expect(error).toMatchObject({
		name: 'NodeApiError',
		message: 'Runflow does not accept the API key',
	});
	expect(JSON.stringify(error)).not.toContain(API_KEY);
});

it('says that the credential is not filled in', async () => {
	const context = loadOptionsContext({ credential: { ...credential, apiKey: '' } });
	expect(await rejection(searchModels.call(context))).toMatchObject({
		name: 'NodeOperationError',
		message: expect.stringContaining('API Key is empty'),
	});
});
