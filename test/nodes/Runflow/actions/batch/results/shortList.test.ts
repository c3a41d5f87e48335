import type { IDataObject } from 'n8n-workflow';

import { shortList } from '../../../../../../nodes/Runflow/actions/batch/results/shortList.ts';

const list = (count: number, of: (row: number) => IDataObject) =>
	Array.from({ length: count }, (_, row) => ({ json: of(row) }));
const message = (...args: Parameters<typeof shortList>) => shortList(...args).at(-1)?.json.message;
const brief = ({ run_id }: IDataObject) => ({ run_id });

describe('shortList', () => {
	it('shows twenty in brief, and adds nothing', () => {
		const shown = shortList(
			list(20, (row) => ({ run_id: `r-${row}`, more: 1 })),
			brief,
			'All.',
		);
		expect(shown).toEqual(list(20, (row) => ({ run_id: `r-${row}` })));
	});

	it('names the batches and runs of the others, each once', () => {
		const items = list(25, (row) =>
			row % 2 ? { batch_id: 'b-1', run_id: `in ${row}` } : { run_id: `r-${row}` },
		);
		expect(message(items, brief, 'All.')).toBe(
			'All. These are the first 20. Read the others by the ID of their batch: b-1. Read the others by the ID of their run: r-20, r-22, r-24.',
		);
	});

	it('names a hundred at the most', () => {
		const items = list(150, (row) => ({ id: `i-${row}` }));
		const text = message(items, brief, 'All.', 'id');
		expect(text).toMatch(/by ID: i-20, i-21, .*, i-119 and 30 more\.$/);
	});

	it('names none for rows that never ran', () => {
		const items = list(21, () => ({ error: 'no input' }));
		expect(message(items, brief, 'All.')).toBe('All. These are the first 20.');
	});
});
