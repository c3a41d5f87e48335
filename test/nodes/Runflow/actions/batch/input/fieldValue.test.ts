import { toFieldValue } from '../../../../../../nodes/Runflow/actions/batch/input/fieldValue.ts';

const integer = { kind: 'integer', list: false } as const;
const number = { kind: 'number', list: false } as const;

describe('whole numbers given as text', () => {
	it.each(['9007199254740991', '-9007199254740991', ' 42 ', '007'])('are read: %j', (given) => {
		expect(toFieldValue(given, integer)).toEqual({ value: Number(given) });
		expect(toFieldValue(given, number)).toEqual({ value: Number(given) });
	});

	it.each(['9007199254740993', '-9007199254740993', '+18446744073709551615', ' 9007199254740992 '])(
		'are never rounded: %j',
		(given) => {
			const fault = expect.stringContaining('must be a number of at most 9007199254740991');
			expect(toFieldValue(given, integer)).toEqual({ fault });
			expect(toFieldValue(given, number)).toEqual({ fault });
			expect(toFieldValue(`1\n${given.trim()}`, { ...integer, list: true })).toEqual({
				fault: expect.stringMatching(/^is a list whose value 2 must be a number of at most/),
			});
		},
	);

	it('stay text where the model wants text', () => {
		const text = { kind: 'text', list: false } as const;
		expect(toFieldValue('9007199254740993', text)).toEqual({ value: '9007199254740993' });
	});
});

it('decimals are numbers as close as numbers get', () => {
	expect(toFieldValue('0.30000000000000000004', number)).toEqual({ value: 0.3 });
});
