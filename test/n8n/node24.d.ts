/** Types of the launcher, which is plain JavaScript because it runs on any Node. */
declare module '*/node24.mjs' {
	export const cacheFolder: string;
	export function refusalOf(version: string): string | undefined;
	export function fetchedNode(): string;
}
