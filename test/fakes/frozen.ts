/** Freezes data throughout, so that a program that changes what is not its own fails. */
export function frozen<T>(data: T): T {
	const isData = Array.isArray(data) || Object.prototype.toString.call(data) === '[object Object]';
	if (isData && !Object.isFrozen(data)) {
		Object.freeze(data);
		Object.values(data as object).forEach(frozen);
	}
	return data;
}
