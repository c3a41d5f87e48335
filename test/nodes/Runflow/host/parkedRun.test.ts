import { resumeUrl, resumeUrlOfNode } from '../../../../nodes/Runflow/host/parkedRun.ts';
import { RESUME_URL, waitingContext } from '../../../fakes/waitingContext.ts';

const contextAt = (url: string) =>
	waitingContext({ parameters: {}, resumeUrl: url, nodeId: 'node-7' }).context;

describe('resumeUrl', () => {
	it("is n8n's own, with its token", () => {
		expect(resumeUrl(contextAt(RESUME_URL))).toBe(RESUME_URL);
	});
});

describe('resumeUrlOfNode', () => {
	it.each([
		[
			'https://n8n.test/webhook-waiting/100?signature=token-1',
			'https://n8n.test/webhook-waiting/100/node-7?signature=token-1',
		],
		['https://n8n.test/webhook-waiting/100', 'https://n8n.test/webhook-waiting/100/node-7'],
		[
			'http://n8n.test:5678/below/webhook-waiting/100?signature=a%2Bb&x=1',
			'http://n8n.test:5678/below/webhook-waiting/100/node-7?signature=a%2Bb&x=1',
		],
	])('of %s has the node in its path and keeps the token', (url, own) => {
		expect(resumeUrlOfNode(contextAt(url))).toBe(own);
	});
});
