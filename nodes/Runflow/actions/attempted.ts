/** What came of some work: its value, or what it threw. */
export function attempted<T>(work: () => T): { value: T } | { error: unknown } {
	try {
		return { value: work() };
	} catch (error) {
		return { error };
	}
}
