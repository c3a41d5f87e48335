import { itemsOf } from '../n8n/index.ts';
import { run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());

/** Asks the emulator for its models with a credential that is restricted to some hosts. */
async function askWith(allowedDomains: string) {
	const { id, name } = await stage.n8n.createCredential({
		name: `Restricted to ${allowedDomains}`,
		type: 'runflowApi',
		data: {
			apiKey: stage.emulator.apiKey,
			baseUrl: stage.emulator.url,
			allowedHttpRequestDomains: 'domains',
			allowedDomains,
		},
	});
	const requests = stage.emulator.requests.length;
	const execution = await run(
		stage,
		workflow('Restricted', [
			...manualRows([{}]),
			node(
				'Models',
				'n8n-nodes-runflow.runflow',
				{ resource: 'model', operation: 'getAll', limit: 1 },
				{ credentials: { runflowApi: { id, name } } },
			),
		]),
	);
	return { execution, sent: stage.emulator.requests.length - requests };
}

it('sends nothing to a host that the credential does not allow', async () => {
	const { execution, sent } = await askWith('example.com, *.runflow.io');
	expect(execution.status).toBe('error');
	expect(execution.data.resultData.error?.message).toContain(
		'does not allow requests to 127.0.0.1',
	);
	expect(sent).toBe(0);
});

it('sends to one that it allows', async () => {
	const { execution, sent } = await askWith('example.com, 127.0.0.1');
	expect(execution.data.resultData.error).toBeUndefined();
	expect(itemsOf(execution, 'Models')).toHaveLength(1);
	expect(sent).toBeGreaterThan(0);
});

it('sends no key to a host that the credential does not allow when it is tested', async () => {
	const { id } = await stage.n8n.createCredential({
		name: 'Tested',
		type: 'runflowApi',
		data: {
			apiKey: stage.emulator.apiKey,
			baseUrl: stage.emulator.url,
			allowedHttpRequestDomains: 'domains',
			allowedDomains: 'example.com',
		},
	});
	const requests = stage.emulator.requests.length;
	expect((await stage.n8n.testCredential(id)).status).toBe('Error');
	expect(stage.emulator.requests.length - requests).toBe(0);
});
