import { itemsOf } from '../n8n/index.ts';
import { resultLinks } from '../stage/files.ts';
import { run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

/** What n8n 3 adds to the built-in list: the shared address space, and ranges that carry IPv4 in IPv6. */
const ADDED_BY_3 = ['100.64.0.0/10', '64:ff9b::/96', '2002::/16', '2001::/32'];

let stage: Stage;

beforeAll(async () => {
	stage = await startStage({
		n8n: {
			env: {
				N8N_SSRF_PROTECTION_ENABLED: 'true',
				N8N_SSRF_BLOCKED_IP_RANGES: ['default', ...ADDED_BY_3].join(','),
				N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.1/32',
			},
		},
	});
}, 900_000);
afterAll(async () => await stage?.close());

async function downloadEach(links: string[]) {
	const execution = await run(
		stage,
		workflow('Guarded', [
			...manualRows(links.map((urls) => ({ urls }))),
			node(
				'Media',
				'n8n-nodes-runflow.runflow',
				{ resource: 'media', operation: 'download' },
				{ credentials: stage.credential, onError: 'continueRegularOutput' },
			),
		]),
	);
	return itemsOf(execution, 'Media');
}

it('fetches what is allowed and refuses private addresses, also behind a redirect', async () => {
	const [link] = await resultLinks(stage.emulator, 1);
	const [fine, ...refused] = await downloadEach([
		link,
		'https://127.0.0.2/a.png',
		'https://10.0.0.1/a.png',
		'https://[::1]/a.png',
		'https://169.254.169.254/latest/meta-data',
		'https://100.64.0.1/a.png',
		'https://[64:ff9b::a00:1]/a.png',
		'https://[2002:a00:1::1]/a.png',
		'https://[2001::1]/a.png',
	]);
	expect(fine.binary?.data.mimeType).toBe('image/png');
	for (const { json } of refused) expect(json.error).toContain('SSRF protection');
	stage.emulator.faults.add({
		on: 'GET /files/*',
		kind: 'redirect',
		location: 'https://10.0.0.1/a.png',
		times: 1,
	});
	const [redirected] = await downloadEach([link]);
	expect(redirected.json.error).toContain('SSRF protection');
});
