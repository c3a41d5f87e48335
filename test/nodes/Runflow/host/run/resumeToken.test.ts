import { withoutResumeTokens } from '../../../../../nodes/Runflow/host/run/resumeToken.ts';
import { executeContext, RESUME_URL } from '../../../../fakes/executeContext.ts';

const shown = (callback_url: unknown, resumeUrl = RESUME_URL) => {
	const items = [{ json: { id: 1, callback_url: callback_url as string } }];
	const [item] = withoutResumeTokens(executeContext({ parameters: {}, resumeUrl }), items);
	expect(items[0].json.callback_url).toBe(callback_url);
	return item.json.callback_url;
};

describe('the address that an item says Runflow calls back', () => {
	it.each([
		[RESUME_URL, 'https://n8n.test/webhook-waiting/100?signature=***'],
		[
			'https://n8n.test/webhook-waiting/99/runflow?signature=a&token=b',
			'https://n8n.test/webhook-waiting/99/runflow?signature=***&token=***',
		],
	])('%s has no token any more', (address, expected) => {
		expect(shown(address)).toBe(expected);
	});

	it.each([
		'https://n8n.test/webhook-waiting/100/runflow',
		'https://n8n.test/webhook/abc/runflow?order=1',
		'https://elsewhere.test/webhook-waiting/100?signature=a',
		'nonsense',
		null,
		undefined,
	])('%s stays as it is', (address) => {
		expect(shown(address)).toBe(address);
	});

	it('stays as it is where this n8n has no address that resumes', () => {
		expect(shown(RESUME_URL, 'undefined')).toBe(RESUME_URL);
	});
});
