import type { INodeProperties } from 'n8n-workflow';

/** The collection of an operation's options, which the user adds one by one. */
export function optionsField(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options,
	};
}
