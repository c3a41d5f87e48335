import type { IExecuteFunctions } from 'n8n-workflow';

const runs = new WeakMap<IExecuteFunctions, Map<string, Promise<unknown>>>();

/**
 * Does something once in a run of the node, for all input items that ask for the same; they share
 * what comes of it, a failure too.
 *
 * @param what names what is asked for
 */
export async function oncePerRun<T>(
	context: IExecuteFunctions,
	what: string,
	work: () => Promise<T>,
): Promise<T> {
	const done = runs.get(context) ?? new Map<string, Promise<unknown>>();
	runs.set(context, done);
	const known = done.get(what) as Promise<T> | undefined;
	if (known) return await known;
	const doing = work();
	done.set(what, doing);
	return await doing;
}
