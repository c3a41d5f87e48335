import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const textOf = (name: string) => readFileSync(join(import.meta.dirname, '..', '..', name), 'utf8');
const { version } = JSON.parse(textOf('package.json')) as { version: string };

it('the version is that of both packages, of the lock file and of the newest entry in the changelog', () => {
	const lite = JSON.parse(textOf('lite/package.json')) as { version: string };
	expect(lite.version).toBe(version);
	const lock = JSON.parse(textOf('package-lock.json')) as {
		version: string;
		packages: Record<string, { version: string }>;
	};
	expect([lock.version, lock.packages[''].version]).toEqual([version, version]);
	expect(/^## (\S+)$/m.exec(textOf('CHANGELOG.md'))?.[1]).toBe(version);
});

it('the version is the one that the way to pin it names', () => {
	const page = textOf('docs/install.md');
	const pinned = [
		...page.matchAll(/"n8n-nodes-runflow","version":"([^"]+)"|n8n-nodes-runflow@(\d[\w.-]*)/g),
	];
	expect(pinned.map(([, inList, inCommand]) => inList ?? inCommand)).toEqual([version, version]);
});

it('a tag that is not the version is not published', () => {
	const steps = textOf('.github/workflows/publish.yml');
	const check = steps.indexOf('test "$GITHUB_REF_NAME" =');
	expect(check).toBeGreaterThan(0);
	expect(check).toBeLessThan(steps.indexOf('npm publish'));
});
