import { maskFor } from '../../../../../nodes/Runflow/runflow/http/masking.ts';

describe('maskFor', () => {
	const mask = maskFor(['rf_live_1234', 'rf_live_1234_longer', 'with"quote', '', 'a', undefined]);

	it.each([
		['nothing in it', 'nothing in it'],
		['rf_live_1234 twice rf_live_1234', '*** twice ***'],
		['rf_live_1234_longer', '***'],
		['with"quote and with\\"quote', '*** and ***'],
		['rf_live_ alone', 'rf_live_ alone'],
	])('%s becomes %s', (text, expected) => {
		expect(mask(text)).toBe(expected);
	});
});
