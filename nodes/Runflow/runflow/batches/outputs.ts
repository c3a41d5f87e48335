/**
 * The addresses of the media in a model's output, in order, each once. The docs' normalised form is
 * `outputs: [{url}]`; older models answer with `image_urls`, `image.url` and other forms, so where
 * the normalised form is missing every web address in the output counts.
 */
export function mediaUrls(output: unknown): string[] {
	const normalised = (output as { outputs?: unknown } | null | undefined)?.outputs;
	const urls = Array.isArray(normalised)
		? normalised.flatMap((entry: { url?: unknown } | null) => webAddresses(entry?.url ?? entry))
		: webAddresses(output);
	return [...new Set(urls)];
}

function webAddresses(value: unknown): string[] {
	if (typeof value === 'string') return /^https?:\/\/\S+$/.test(value) ? [value] : [];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(webAddresses);
}
