import { errorJson } from '../../../../../nodes/Runflow/host/errors/errorOutput.ts';
import { fakeNode } from '../../../../fakes/node.ts';

const errorOutput = fakeNode({ onError: 'continueErrorOutput' });
const regularOutput = fakeNode({ onError: 'continueRegularOutput' });

/** How n8n up to 2.33 decides which items go to an error output (n8n-core, handleNodeErrorOutput). */
function wasAnError(json: Record<string, unknown>): boolean {
	const count = Object.keys(json).length;
	return Boolean(json.error && (count === 1 || (json.message && count === 2)));
}

it.each([['what to do'], [{ status_code: 'failed' }], [undefined], ['']])(
	'is what an older n8n sends to the error output alone (details: %j)',
	(details) => {
		const json = errorJson(errorOutput, 'bad image', details, false);
		expect(wasAnError(json)).toBe(true);
		expect(json.error).toBe('bad image');
		expect(json.message).toEqual(details || undefined);
	},
);

it('has the same names everywhere without an error output, and on this n8n with one', () => {
	const expected = { error: 'bad image', details: 'what to do' };
	expect(errorJson(regularOutput, 'bad image', 'what to do', false)).toEqual(expected);
	expect(errorJson(regularOutput, 'bad image', 'what to do', true)).toEqual(expected);
	expect(errorJson(errorOutput, 'bad image', 'what to do')).toEqual(expected);
});
