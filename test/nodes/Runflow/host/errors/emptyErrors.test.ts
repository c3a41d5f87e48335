import { withoutEmptyErrors } from '../../../../../nodes/Runflow/host/errors/emptyErrors.ts';

const items = [
	{ json: { id: '1', error: null }, pairedItem: { item: 0 } },
	{ json: { id: '2', error: { message: 'bad image' } }, pairedItem: { item: 1 } },
	{ json: { id: '3' }, pairedItem: { item: 2 } },
];

/** When n8n before 2.22 runs a node again under Retry On Fail (n8n-core, WorkflowExecute). */
const isRunAgain = ([first]: Array<{ json: { error?: unknown } }>) =>
	first.json.error !== undefined;

it('leaves items as they are on this n8n', () => {
	expect(withoutEmptyErrors(items)).toBe(items);
});

it('unsets what an older n8n would take for a failure, and nothing else', () => {
	expect(isRunAgain(items)).toBe(true);
	const adapted = withoutEmptyErrors(items, false);
	expect(isRunAgain(adapted)).toBe(false);
	expect(adapted).toEqual([{ json: { id: '1' }, pairedItem: { item: 0 } }, ...items.slice(1)]);
	expect(items[0].json.error).toBeNull();
});
