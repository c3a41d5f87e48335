// What is shorter is no secret, and may stand anywhere.
const SHORTEST = 8;

/**
 * Takes secrets out of texts, as they are and as JSON writes them: a server, or a provider behind it,
 * that repeats a request must not bring the key into an error or an item. A text that holds none comes
 * back as it is, for the price of a search.
 */
export function maskFor(secrets: ReadonlyArray<string | undefined>): (text: string) => string {
	const spellings = secrets
		.filter((secret) => secret !== undefined)
		.filter(({ length }) => length >= SHORTEST)
		.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
	// Longer ones first: one may be the beginning of another.
	const hidden = [...new Set(spellings)].sort((a, b) => b.length - a.length);
	return (text) => hidden.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
