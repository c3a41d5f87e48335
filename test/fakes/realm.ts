import { types } from 'node:util';

/**
 * Jest runs a test in a realm of its own, where an error that Node itself makes (ECONNREFUSED) is
 * no `instanceof Error`. In n8n there is one realm; this makes it look like one here.
 */
export function oneErrorRealm(): void {
	Object.defineProperty(Error, Symbol.hasInstance, {
		configurable: true,
		value(this: unknown, value: unknown): boolean {
			if (this === Error) return types.isNativeError(value);
			if (this === AggregateError) return types.isNativeError(value) && 'errors' in value;
			return Function.prototype[Symbol.hasInstance].call(this as () => void, value);
		},
	});
}
