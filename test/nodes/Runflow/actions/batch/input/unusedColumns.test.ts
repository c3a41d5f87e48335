import type { IDataObject } from 'n8n-workflow';

import { Runflow } from '../../../../../../nodes/Runflow/Runflow.node.ts';
import { acceptBatches, createParameters, batchIdOf } from '../../../../../fakes/createRun.ts';
import { runflow, withoutNetwork } from '../../../../../fakes/network.ts';
import {
	answerBatch,
	finishedBatch,
	waitingContext,
	waitingParameters,
} from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

const declare = () =>
	runflow()
		.get('/v1/models/runflow/upscale?embed=inputs')
		.reply(200, { id: '1', inputs: [{ name: 'row', variable_type_code: 'integer' }] });

async function hintsOf(
	parameters: (item: number) => IDataObject,
	items: IDataObject[],
	kept: IDataObject = {},
) {
	const { context, hints } = waitingContext({
		parameters,
		items: items.map((json) => ({ json })),
		kept,
	});
	await new Runflow().execute.call(context);
	return hints;
}

it('names the keys of the JSON that are no field of the model', async () => {
	declare();
	acceptBatches(1);
	const itemJson = { row: 0, product: 'shoe', photo: 'x', client_ref: 'a' };
	expect(await hintsOf(createParameters({ itemJson }), [{}, {}])).toEqual([
		'Not used, because the model has no such fields: product, photo',
	]);
});

it('names the columns that map to nothing, and not too many of them', async () => {
	acceptBatches(1);
	const modelInputs = {
		mappingMode: 'autoMapInputData',
		schema: [{ id: 'row', displayName: 'row', variableType: 'integer' }],
	};
	const columns = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`column_${n}`, n]));
	const parameters = createParameters({ inputMode: 'mapFields', modelInputs });
	expect(await hintsOf(parameters, [{ row: 0, ...columns }])).toEqual([
		expect.stringMatching(/: column_0, .*column_7 and 2 more$/),
	]);
});

it('says nothing where fields are mapped one by one, or the model is unknown', async () => {
	acceptBatches(2);
	const modelInputs = {
		mappingMode: 'defineBelow',
		value: { row: 0 },
		schema: [{ id: 'row', displayName: 'row', variableType: 'integer' }],
	};
	const mapped = createParameters({ inputMode: 'mapFields', modelInputs });
	expect(await hintsOf(mapped, [{ product: 'shoe' }])).toEqual([]);
	expect(await hintsOf(createParameters({ itemJson: { row: 0, a: 1 } }), [{}])).toEqual([]);
});

it('says it again when the parked node runs again, which n8n shows the hints of', async () => {
	declare();
	acceptBatches(1);
	const kept = {};
	const parameters = waitingParameters({
		waitFor: 'callback',
		itemJson: { row: 0, product: 'shoe' },
	});
	answerBatch(batchIdOf(0), 'running');
	expect(await hintsOf(parameters, [{}], kept)).toEqual([]);
	finishedBatch({ rows: 1 });
	expect(await hintsOf(parameters, [{}], kept)).toContain(
		'Not used, because the model has no such fields: product',
	);
});
