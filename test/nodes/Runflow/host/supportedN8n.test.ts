import * as n8nWorkflow from 'n8n-workflow';
import { NodeOperationError, type IHookFunctions } from 'n8n-workflow';

import { assertLoadable, assertSupported } from '../../../../nodes/Runflow/host/supportedN8n.ts';
import { executeContext } from '../../../fakes/executeContext.ts';
import { requests, withoutNetwork } from '../../../fakes/network.ts';
import { fakeNode } from '../../../fakes/node.ts';

withoutNetwork();

const ONE_SENTENCE =
	'n8n-nodes-runflow needs n8n 1.123 or newer, and this n8n is older: update n8n';

/** What an older n8n exports: this one's, without what came later. */
function without(...names: string[]): object {
	return Object.fromEntries(Object.entries(n8nWorkflow).filter(([name]) => !names.includes(name)));
}

const OF_1_71 = without('NodeConnectionTypes', 'WAIT_INDEFINITELY', 'migrateRunExecutionData');
const OF_1_122 = without('migrateRunExecutionData');

/** This package's module, loaded by an n8n that exports the given things. */
function loadedBy<T extends object>(n8n: object, path: string): T {
	jest.resetModules();
	jest.doMock('n8n-workflow', () => n8n);
	try {
		return jest.requireActual<T>(`../../../../nodes/Runflow/${path}`);
	} finally {
		jest.dontMock('n8n-workflow');
	}
}

it('takes this n8n', () => {
	assertLoadable();
	assertSupported(fakeNode());
});

it.each(['Runflow.node.ts', 'RunflowTrigger.node.ts'])(
	'%s says in one sentence why n8n 1.71 cannot load it',
	(path) => {
		expect(() => loadedBy(OF_1_71, path)).toThrow(new Error(ONE_SENTENCE));
	},
);

it('is loaded by n8n 1.122, and refused in words before anything is read or sent', async () => {
	type Module = { Runflow: new () => { execute(this: unknown): Promise<unknown> } };
	const { Runflow } = loadedBy<Module>(OF_1_122, 'Runflow.node.ts');
	const getNodeParameter = jest.fn();
	const context = Object.assign(executeContext({ parameters: {} }), { getNodeParameter });
	const refused = expect(new Runflow().execute.call(context)).rejects;
	await refused.toThrow(ONE_SENTENCE);
	expect(getNodeParameter).not.toHaveBeenCalled();
	expect(requests()).toEqual([]);
});

it('refuses to be activated on n8n 1.122', async () => {
	type Module = { assertActivatable(context: IHookFunctions): Promise<void> };
	const { assertActivatable } = loadedBy<Module>(OF_1_122, 'trigger/activate.ts');
	const context = { getNode: () => fakeNode() } as unknown as IHookFunctions;
	await expect(assertActivatable(context)).rejects.toThrow(ONE_SENTENCE);
});

it('is an error of the node, with advice', () => {
	expect(() => assertSupported(fakeNode(), OF_1_122)).toThrow(NodeOperationError);
});
