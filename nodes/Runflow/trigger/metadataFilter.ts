/** One value that a batch's metadata must have. */
export interface MetadataCondition {
	/** A key of the metadata, or a path with dots into nested objects. */
	key: string;
	value: string;
}

/** Whether metadata has all the values asked for; scalars are compared as text. */
export function matchesMetadata(
	metadata: Record<string, unknown> | null,
	conditions: readonly MetadataCondition[],
): boolean {
	return conditions.every(({ key, value }) => {
		const found = valueAt(metadata, key.trim());
		return isScalar(found) && String(found) === value;
	});
}

function valueAt(metadata: unknown, key: string): unknown {
	if (typeof metadata !== 'object' || metadata === null) return undefined;
	if (Object.hasOwn(metadata, key)) return (metadata as Record<string, unknown>)[key];
	const dot = key.indexOf('.');
	if (dot === -1) return undefined;
	const parent = valueAt(metadata, key.slice(0, dot));
	return valueAt(parent, key.slice(dot + 1));
}

function isScalar(value: unknown): boolean {
	return ['string', 'number', 'boolean'].includes(typeof value);
}
