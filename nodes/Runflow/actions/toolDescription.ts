import type { INodeProperties, INodePropertyOptions, UsableAsToolDescription } from 'n8n-workflow';

/*
 * What an AI model reads of a tool that describes itself: n8n takes the action of the operation and
 * puts "in Runflow" behind it (n8n-workflow, NodeHelpers.makeDescription). So that people keep the
 * short actions in the editor's list, the tool has properties of its own (n8n, tool-generation).
 */
const ACTIONS: Record<string, string> = {
	'batch createAndWait':
		'Make images or videos from the given input with an AI model, wait for them, and get links to the results. Every call costs money: do not repeat one that gave an ID, but read it by the ID later. The model runs',
	'batch create':
		'Start making images or videos from the given input with an AI model, without waiting. Gives the ID of a batch, by which its results are read later. Every call costs money: do not repeat it. The model runs',
	'batch get':
		'Read by the ID of a batch how far the images or videos are that it makes. The batch runs',
	'batch wait':
		'Wait for a batch of images or videos that was started before, by its ID, and get links to the results. The batch runs',
	'batchItem getAll':
		'Get the results of a batch of images or videos by its ID, with links to them. The batch was made',
	'run createAndWait':
		'Make an image or a video from the given input with an AI model, wait for it, and get links to the result. Every call costs money: do not repeat one that gave an ID, but read it by the ID later. The model runs',
	'run create':
		'Start making an image or a video from the given input with an AI model, without waiting. Gives the ID of a run, by which its result is read later. Every call costs money: do not repeat it. The model runs',
	'run get':
		'Get an image or a video that was started before, by the ID of its run: how far it is, and links to it. The model runs',
	'account getBalance': 'Get the credit that is left for making images and videos. The account is',
};

/** The tool as which n8n offers the node to agents. */
export function toolDescription(properties: INodeProperties[]): UsableAsToolDescription {
	// The type has only some of the fields that n8n replaces.
	return { replacements: { properties: properties.map(forTool) } } as UsableAsToolDescription;
}

function forTool(property: INodeProperties): INodeProperties {
	if (property.name !== 'operation') return property;
	const [resource] = property.displayOptions?.show?.resource ?? [];
	return {
		...property,
		options: (property.options as INodePropertyOptions[]).map((option) => ({
			...option,
			action: ACTIONS[`${String(resource)} ${String(option.value)}`] ?? option.action,
		})),
	};
}
