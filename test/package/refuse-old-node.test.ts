import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { failureOfLoading } from './old-node.ts';

const root = join(__dirname, '..', '..');
const file = join(root, 'bundle', 'refuse-old-node.js');

const enginesOf = (folder: string) =>
	(
		JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
			engines: { node: string };
		}
	).engines.node;

it.each(['18.20.8', '20.20.2', '22.18.0'])('refuses Node %s in one sentence', (version) => {
	const [sentence] = /^Error: .*$/m.exec(failureOfLoading(file, { pretended: version })) ?? [];
	expect(sentence).toBe(
		`Error: n8n-nodes-runflow needs Node 22.19 or newer, and n8n runs on Node ${version}: ` +
			'start n8n with a newer Node, or from a newer Docker image of n8n.',
	);
});

it.each(['22.19.0', '22.22.1', '24.0.0', '26.1.0'])('lets Node %s pass', (version) => {
	expect(failureOfLoading(file, { pretended: version })).toBe('');
});

it('asks for what package.json says, which is what undici needs', () => {
	expect(enginesOf('.')).toBe('>=22.19');
	expect(enginesOf('node_modules/undici')).toBe('>=22.19.0');
});
