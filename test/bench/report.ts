import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

import { root } from '../stage/stage.ts';
import { only, quick } from './figures.ts';

/** Prints a report and writes it below docs, with its charts beside it; a quick run, or one of a part, only prints. */
export async function publish(
	path: string,
	markdown: string,
	charts: Record<string, string> = {},
): Promise<void> {
	console.log(markdown);
	if (quick || only.source !== '(?:)') return;
	const file = join(root, 'docs', `${path}.md`);
	mkdirSync(join(file, '..'), { recursive: true });
	const style = await resolveConfig(file);
	writeFileSync(file, await format(markdown, { ...style, parser: 'markdown' }));
	for (const [name, svg] of Object.entries(charts)) writeFileSync(join(file, '..', name), svg);
}
