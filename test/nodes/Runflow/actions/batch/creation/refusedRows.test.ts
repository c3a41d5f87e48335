import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../fakes/api.ts';
import { createParameters, runCreate } from '../../../../../fakes/createRun.ts';
import { runflow, withoutNetwork } from '../../../../../fakes/network.ts';

withoutNetwork();

const bad = (...loc: Array<string | number>) => ({ loc: ['body', ...loc], msg: 'not good' });
const refuse = (errors: object[], status = 422) =>
	runflow()
		.post('/v1/models/runflow/upscale/batches')
		.reply(status, JSON.stringify({ code: 'validation_error', message: 'no', errors }));
const messageOf = async (parameters: (item: number) => IDataObject, items = 30) =>
	((await rejection(runCreate({ items, parameters }))) as Error).message;
const schema = [{ id: 'image_urls', displayName: 'Image urls (image_urls)', label: 'Image urls' }];
const modelInputs = {
	mappingMode: 'defineBelow',
	value: { image_urls: 'https://a.b/1' },
	schema,
} as unknown as IDataObject;
const mapped = createParameters({ inputMode: 'mapFields', modelInputs });

describe("Runflow's refusal of a batch", () => {
	it('names the field as n8n shows it, and the item', async () => {
		refuse([bad('input', 20, 'image_urls')]);
		const parameters = { inputMode: 'mapFields', modelInputs } as IDataObject;
		const error = await rejection(
			runCreate({
				items: 30,
				parameters: createParameters(parameters),
				storedParameters: { modelInputs },
			}),
		);
		expect(error).toMatchObject({
			message: "Runflow does not accept 'Image urls' of item 20: not good",
			description: expect.stringContaining('Runflow refused the whole request'),
			httpCode: '422',
			context: { itemIndex: 20 },
		});
	});

	it('says equal refusals once, beside what is about no row', async () => {
		refuse([bad('input', 3, 'scale'), bad('metadata'), bad('input', 7, 'scale'), bad('input', 9)]);
		expect(await messageOf(createParameters())).toBe(
			"Runflow does not accept 'scale' of items 3 and 7: not good; 'Item JSON' of item 9: not good; metadata: not good",
		);
	});

	it('counts by the items that are in the batch, not by their places', async () => {
		refuse([bad('input', 1, 'scale')]);
		const output = await runCreate({
			items: 3,
			parameters: (item) => createParameters({ itemJson: item === 0 ? '{' : { row: item } })(item),
			continueOnFail: true,
		});
		expect(output.map(({ json }) => json.error)).toContain(
			"Runflow does not accept 'scale' of item 2: not good",
		);
	});

	it('names the element of an array', async () => {
		refuse([bad('input', 1, 'scale', 0)]);
		const batchJson = [{ row: 0 }, { row: 1 }];
		expect(await messageOf(createParameters({ inputMode: 'jsonArray', batchJson }), 1)).toBe(
			"Runflow does not accept 'Batch JSON[1].scale.0' of item 0: not good",
		);
	});

	it.each([
		['that names no row', [bad('metadata')], 422, 'metadata: not good'],
		['of a row that there is not', [bad('input', 99, 'scale')], 422, 'input.99.scale: not good'],
		['of another kind', [bad('input', 0, 'scale')], 403, 'Runflow refuses this'],
	])('%s stays as it is', async (_, errors, status, text) => {
		refuse(errors, status);
		expect(await messageOf(mapped)).toContain(text);
	});
});
