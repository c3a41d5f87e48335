/**
 * Names that mean something else to n8n's expression engines than the property of that name: they
 * refuse it (n8n-workflow: utils.isSafeObjectProperty, `$` and
 * `globalThis` in expression-sandboxing, a check of the text in expression),
 * give what `Object.prototype` has (@n8n/expression-runtime, lazy-proxy), read it as a mark of
 * their own (transfer, host-functions), or as that of a Luxon object (n8n-core,
 * cleanupParameterData).
 */
const PECULIAR_NAME =
	/^__|^\$$|^isLuxon|constructor|prototype|^(get|set)Prototype|^getOwnProperty|^defineProp|^(globalThis|mainModule|binding|_linkedBinding|_load|prepareStackTrace|caller|callee|arguments|getBuiltinModule|dlopen|execve|loadEnvFile)$/;

/** Deeper data than anybody has, or data that contains itself. */
const DEEPEST = 100;

/** Whether n8n reads the property of this name as what it is. */
export function isPlainName(name: string): boolean {
	return !(name in Object.prototype) && !PECULIAR_NAME.test(name);
}

/** An own property that is a plain value, not an accessor; `undefined` for anything else. */
export function ownValue(object: unknown, name: string): unknown {
	if (!isPlainObject(object)) return undefined;
	const property = Object.getOwnPropertyDescriptor(object, name);
	return property?.enumerable ? property.value : undefined;
}

/**
 * Whether a value is data as JSON has it: null, boolean, finite number, text, arrays and objects of
 * these. Not -0, holes, accessors or instances of classes, and nothing with peculiar names.
 */
export function isPlainData(value: unknown, depth = 0): boolean {
	switch (typeof value) {
		case 'string':
		case 'boolean':
			return true;
		case 'number':
			return Number.isFinite(value) && !Object.is(value, -0);
		case 'object':
			if (value === null) return true;
			if (depth === DEEPEST) return false;
			return Array.isArray(value) ? isPlainArray(value, depth) : isPlainRecord(value, depth);
		default:
			return false;
	}
}

function isPlainArray(array: unknown[], depth: number): boolean {
	return (
		isObjectPrototype(Object.getPrototypeOf(Object.getPrototypeOf(array))) &&
		Object.keys(array).length === array.length &&
		// Unlike `every`, this also looks at holes.
		!Array.from(array).some((entry) => !isPlainData(entry, depth + 1))
	);
}

function isPlainRecord(object: object, depth: number): boolean {
	return (
		isPlainObject(object) &&
		Object.keys(object).every(
			(name) =>
				!/^(__|isLuxon)/.test(name) &&
				!(name in Object.prototype) &&
				isPlainData(Object.getOwnPropertyDescriptor(object, name)?.value, depth + 1),
		)
	);
}

function isPlainObject(value: unknown): value is object {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || isObjectPrototype(prototype);
}

/** Objects from a sandbox of n8n have an `Object.prototype` of their own. */
function isObjectPrototype(value: unknown): boolean {
	return (
		typeof value === 'object' &&
		value !== null &&
		Object.getPrototypeOf(value) === null &&
		Object.hasOwn(value, 'isPrototypeOf')
	);
}
