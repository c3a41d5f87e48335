import fc from 'fast-check';

import { idempotencyKey } from '../../../../../nodes/Runflow/runflow/batches/idempotency.ts';

const part = fc.oneof(fc.string(), fc.integer());

describe('idempotencyKey', () => {
	it('is the same in every process: UUID version 8 made of the SHA-256 of the parts', () => {
		// printf '%s' '["100","node-1","0",0,"a/b","{}"]' | sha256sum
		// a76ee70b5c31d74c3278cf18dcdb2f906d9c872937d07933f8ac558911d02039
		expect(idempotencyKey(['100', 'node-1', '0', 0, 'a/b', '{}'])).toBe(
			'a76ee70b-5c31-874c-b278-cf18dcdb2f90',
		);
	});

	it('is a UUID of version 8, the same for the same parts', () => {
		fc.assert(
			fc.property(fc.array(part), (parts) => {
				expect(idempotencyKey(parts)).toMatch(
					/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
				);
				expect(idempotencyKey([...parts])).toBe(idempotencyKey(parts));
			}),
		);
	});

	it('differs for any other parts', () => {
		fc.assert(
			fc.property(fc.array(part), fc.array(part), (some, others) => {
				fc.pre(JSON.stringify(some) !== JSON.stringify(others));
				expect(idempotencyKey(some)).not.toBe(idempotencyKey(others));
			}),
		);
	});

	it.each([
		[
			['ab', 'c'],
			['a', 'bc'],
		],
		[['a,b'], ['a', 'b']],
		[['1'], [1]],
		[['a', ''], ['a']],
	])('does not confuse %j with %j', (some, others) => {
		expect(idempotencyKey(some)).not.toBe(idempotencyKey(others));
	});
});
