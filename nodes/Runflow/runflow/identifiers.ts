const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID of any version, as every Runflow id is. */
export function isUuid(value: unknown): value is string {
	return typeof value === 'string' && UUID.test(value);
}

/**
 * Path of a model below `/v1/models`: every segment encoded, the slashes kept, since ids of more
 * than two segments (`runflow/object-removal/prompt`) are legal. `undefined` when the text is not
 * `owner/slug`.
 */
export function modelPath(model: string): string | undefined {
	const segments = model
		.trim()
		.replace(/^\/+|\/+$/g, '')
		.split('/');
	const wellFormed =
		model.isWellFormed() &&
		segments.length >= 2 &&
		segments.every((segment) => /^[^\s?#\\%]+$/.test(segment) && !/^\.+$/.test(segment));
	return wellFormed ? segments.map(encodeURIComponent).join('/') : undefined;
}
