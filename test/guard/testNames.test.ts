import { existsSync, globSync } from 'node:fs';
import { join, relative } from 'node:path';

// A test is found by the name of what it tests: `nodes/…/a.ts` by `test/nodes/…/a.test.ts`, and a part
// of it by `a.part.test.ts`.

const SOURCES = join('nodes', 'Runflow');
const TESTS = join('test', 'nodes', 'Runflow');
/** Of whole nodes. */
const ON_TOP = ['description', 'readings', 'readings.callbacks'];

const names = (folder: string, ending: string) =>
	globSync(join(folder, '**', `*${ending}`)).map((file) =>
		relative(folder, file).slice(0, -ending.length),
	);

it('every test has the name of a source', () => {
	const strange = names(TESTS, '.test.ts').filter((name) => {
		const source = join(SOURCES, name.replace(/(?<=\w)\.\w+$/, ''));
		return (
			!ON_TOP.includes(name) && !existsSync(`${source}.ts`) && !existsSync(`${source}.operation.ts`)
		);
	});
	expect(strange).toEqual([]);
});

it('every operation has a test', () => {
	const tested = names(TESTS, '.test.ts');
	const operations = names(SOURCES, '.operation.ts');
	expect(operations.length).toBeGreaterThan(10);
	expect(operations.filter((name) => !tested.includes(name))).toEqual([]);
});
