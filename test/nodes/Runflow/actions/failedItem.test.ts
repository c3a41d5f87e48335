import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { failedItem } from '../../../../nodes/Runflow/actions/failedItem.ts';
import { RunflowApiError } from '../../../../nodes/Runflow/runflow/index.ts';
import { executeContext } from '../../../fakes/executeContext.ts';
import { fakeNode } from '../../../fakes/node.ts';

const ERRORS = {
	'a node error': () =>
		new NodeOperationError(fakeNode(), 'no time', { description: 'Wait longer.' }),
	'an error of the API': () => new NodeApiError(fakeNode(), {}, { message: 'refused' }),
	"an error of the client's": () => new RunflowApiError(503, { code: 'X', message: 'no' }),
};
const NOTE = `The batches exist: ${'3c90c3cc-0d44-4b50-8888-8dd25736052a, '.repeat(3)}`;

function itemsOf(error: unknown, rows: number) {
	const context = executeContext({ parameters: {}, items: rows, continueOnFail: true });
	return Array.from({ length: rows }, (_, row) => failedItem(context, error, row, NOTE));
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

describe.each(Object.entries(ERRORS))('many items that failed with %s', (_, make) => {
	it('have as many bytes each as few have', () => {
		const bytesPerRow = (rows: number) => {
			const items = itemsOf(make(), rows);
			const sizes = new Set(items.map(({ json }) => JSON.stringify(json).length));
			expect(sizes.size).toBe(1);
			return [...sizes][0];
		};
		expect(bytesPerRow(5_000)).toBe(bytesPerRow(50));
	});

	it('take less than 50 MB for 5,000', () => {
		const error = make();
		const context = executeContext({ parameters: {}, items: 5_000, continueOnFail: true });
		collect();
		const before = process.memoryUsage().heapUsed;
		let peak = 0;
		const items = Array.from({ length: 5_000 }, (__, row) => {
			if (row % 100 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed - before);
			return failedItem(context, error, row, NOTE);
		});
		expect(items).toHaveLength(5_000);
		expect(peak).toBeLessThan(50 * 1024 * 1024);
	});
});
