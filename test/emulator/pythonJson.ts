/** Writes a value exactly as Python's `json.dumps(value)` does with its default settings. */
export function pythonJson(value: unknown): string {
	if (typeof value === 'string') return pythonString(value);
	if (typeof value === 'number') return pythonNumber(value);
	if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
	if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
	const pairs = Object.entries(value)
		.filter(([, member]) => member !== undefined)
		.map(([key, member]) => `${pythonString(key)}: ${pythonJson(member)}`);
	return `{${pairs.join(', ')}}`;
}

function pythonString(text: string): string {
	return JSON.stringify(text).replace(
		/[\u007f-\uffff]/g,
		(unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}

function pythonNumber(value: number): string {
	return JSON.stringify(value).replace(/e([+-])(\d)$/, 'e$10$2');
}
