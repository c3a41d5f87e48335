import { UserError, type IDataObject } from 'n8n-workflow';

interface ParameterOptions {
	extractValue?: boolean;
}

/**
 * Reads a parameter as n8n-core does (NodeExecutionContext._getNodeParameter): a dotted path, the
 * fallback where there is nothing, and an error where the fallback is `undefined` too.
 */
export function readParameter(
	parameters: IDataObject,
	name: string,
	fallback?: unknown,
	options?: ParameterOptions,
): unknown {
	const found = name
		.split('.')
		.reduce<unknown>((value, key) => (value as IDataObject | undefined)?.[key], parameters);
	const value = found === undefined ? fallback : found;
	if (value === undefined) throw new UserError(`Could not get parameter "${name}"`);
	const isLocator =
		typeof value === 'object' && value !== null && 'mode' in value && 'value' in value;
	return options?.extractValue && isLocator ? value.value : value;
}
