import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { resumeUrl } from './parkedRun';

/**
 * Items without the tokens that resume executions of this n8n: Runflow repeats a batch's
 * `callback_url`, and items go on to where anybody may read them.
 */
export function withoutResumeTokens(
	context: IExecuteFunctions,
	items: INodeExecutionData[],
): INodeExecutionData[] {
	if (!items.some(({ json }) => typeof json.callback_url === 'string')) return items;
	const own = URL.parse(resumeUrl(context));
	return items.map((item) => {
		const { callback_url: address } = item.json;
		const url = typeof address === 'string' ? URL.parse(address) : null;
		if (!own || !url?.search || !isOfThisN8n(url, own)) return item;
		for (const name of new Set(url.searchParams.keys())) url.searchParams.set(name, '***');
		return { ...item, json: { ...item.json, callback_url: url.href } };
	});
}

/** Whether an address resumes an execution, be it another one than that of `own`. */
function isOfThisN8n(url: URL, own: URL): boolean {
	const folder = own.pathname.slice(0, own.pathname.lastIndexOf('/') + 1);
	return url.origin === own.origin && url.pathname.startsWith(folder);
}
