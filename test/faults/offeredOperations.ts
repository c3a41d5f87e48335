import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';

/** Names of the operations that the node offers. */
export function offeredOperations(): string[] {
	const { properties } = new Runflow().description;
	return properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options = [] }) =>
			options.map((option) => {
				const [resource] = displayOptions?.show?.resource ?? [];
				return `${String(resource)}: ${String('value' in option ? option.value : '')}`;
			}),
		);
}
