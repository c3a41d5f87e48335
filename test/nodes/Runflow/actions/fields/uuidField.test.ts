import fc from 'fast-check';
import { NodeOperationError } from 'n8n-workflow';

import { batchId } from '../../../../../nodes/Runflow/actions/fields/batchId.ts';
import { uuidField } from '../../../../../nodes/Runflow/actions/fields/uuidField.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { executeContext } from '../../../../fakes/executeContext.ts';

const thing = uuidField('Thing ID', 'thingId', 'The thing', 'Look at the thing.');
const read = (thingId: unknown) =>
	thing.read(executeContext({ parameters: { thingId } as object as Record<string, never> }), 0);

describe('uuidField', () => {
	it('makes a required text field', () => {
		expect(thing.field).toMatchObject({
			displayName: 'Thing ID',
			name: 'thingId',
			type: 'string',
			required: true,
			default: '',
		});
		expect(batchId.field.name).toBe('batchId');
	});

	it.each([BATCH_ID, BATCH_ID.toUpperCase(), ` ${BATCH_ID}\n`, `\t${BATCH_ID}`])(
		'reads %j without blanks around it',
		(value) => {
			expect(read(value)).toBe(value.trim());
		},
	);

	it.each<[unknown, string]>([
		['', 'is empty'],
		['  ', 'is empty'],
		[undefined, 'is empty'],
		[null, 'is empty'],
		['nope', 'must be a UUID, but is "nope"'],
		[`${BATCH_ID}x`, 'must be a UUID'],
		[`${BATCH_ID}/items`, 'must be a UUID'],
		['../auth/me', 'must be a UUID, but is "../auth/me"'],
		[4711, 'must be a UUID, but is 4711'],
		[{ id: BATCH_ID }, 'must be a UUID, but is {"id":'],
		[[BATCH_ID], 'must be a UUID, but is ["'],
	])('refuses %j, saying where to find the id', (value, problem) => {
		let thrown: unknown;
		try {
			read(value);
		} catch (error) {
			thrown = error;
		}
		expect(thrown).toBeInstanceOf(NodeOperationError);
		expect(thrown).toMatchObject({
			message: expect.stringContaining(`'Thing ID' of item 0 ${problem}`),
			description: 'Look at the thing.',
			context: { itemIndex: 0 },
		});
	});

	it('lets nothing into a path but a UUID', () => {
		fc.assert(
			fc.property(fc.oneof(fc.uuid(), fc.string(), fc.anything()), (value) => {
				let id: unknown;
				try {
					id = read(value);
				} catch (error) {
					expect(error).toBeInstanceOf(NodeOperationError);
					return;
				}
				expect(id).toMatch(/^[0-9a-f-]{36}$/i);
			}),
		);
	});
});
