import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

// Which folder may use what. docs/architecture.md draws it.

const ROOT = join('nodes', 'Runflow');
const CLIENT = 'runflow';
/** What differs between the editions, and the only file that may choose it. */
const ADAPTER = 'host/adapter';
const CHOOSES = 'host/edition.ts';

/** From a folder (or a file on top) to those whose files it may import; itself always. */
const MAY_USE: Record<string, string[]> = {
	'Runflow.node.ts': ['actions', 'host', 'methods'],
	'RunflowTrigger.node.ts': ['host', 'trigger'],
	actions: ['callback', 'host', CLIENT],
	trigger: ['callback', 'host', CLIENT],
	methods: ['host', CLIENT],
	callback: ['host', CLIENT],
	host: [CLIENT],
	runflow: [],
};
/** The packages and modules of Node that a folder may import: n8n lets a verified package have no others. */
const MODULES_OF_THE_CLIENT = ['zod', 'node:crypto'];
const MODULES_OF_THE_REST = ['n8n-workflow', 'node:crypto'];

/** What only the adapter may take from the machine. */
const MACHINE =
	/\b(set(?:Timeout|Interval|Immediate)|process\.|Date\.now|Math\.random|AbortSignal\.timeout)/;

interface Import {
	from: string;
	/** A file below the root, or a module. */
	to: string;
	isModule: boolean;
}

const files = globSync(join(ROOT, '**', '*.ts')).map((file) => relative(ROOT, file));
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const imports = files.flatMap((from) =>
	[...textOf(from).matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)';/gms)].map(
		([, path]): Import =>
			path.startsWith('.')
				? { from, to: resolved(dirname(from), path), isModule: false }
				: { from, to: path, isModule: true },
	),
);

function resolved(folder: string, path: string): string {
	const target = join(folder, path);
	const isFolder = existsSync(join(ROOT, target)) && statSync(join(ROOT, target)).isDirectory();
	return isFolder ? join(target, 'index.ts') : `${target}.ts`;
}

const topOf = (file: string) => file.split('/')[0];
const inside = (file: string, folder: string) => file.startsWith(`${folder}/`);
const words = ({ from, to }: Import) => `${from} imports ${to}`;

describe('imports', () => {
	it('are all seen', () => {
		expect(imports.length).toBeGreaterThan(300);
		for (const { to, isModule } of imports) if (!isModule) expect(files).toContain(to);
	});

	it('run one way between the folders', () => {
		const wrong = imports.filter(({ from, to, isModule }) => {
			const [mine, other] = [topOf(from), topOf(to)];
			return !isModule && mine !== other && !MAY_USE[mine].includes(other);
		});
		expect(wrong.map(words)).toEqual([]);
	});

	it('reach the client through its index alone', () => {
		const wrong = imports.filter(({ from, to, isModule }) => {
			if (isModule || !inside(to, CLIENT)) return false;
			return !inside(from, CLIENT) && to !== `${CLIENT}/index.ts`;
		});
		expect(wrong.map(words)).toEqual([]);
	});

	it('reach the adapter through the choice of the edition alone', () => {
		const wrong = imports.filter(
			({ from, to }) =>
				inside(to, ADAPTER) &&
				!inside(from, ADAPTER) &&
				(from !== CHOOSES || to !== `${ADAPTER}/index.ts`),
		);
		expect(wrong.map(words)).toEqual([]);
		const used = imports.filter(({ from, to }) => inside(from, ADAPTER) && !inside(to, ADAPTER));
		expect(new Set(used.map(({ to }) => to))).toEqual(
			new Set(['n8n-workflow', `${CLIENT}/index.ts`]),
		);
	});

	it('bring in no other packages and modules', () => {
		const wrong = imports.filter(({ from, to, isModule }) => {
			const modules = inside(from, CLIENT) ? MODULES_OF_THE_CLIENT : MODULES_OF_THE_REST;
			return isModule && !modules.includes(to);
		});
		expect(wrong.map(words)).toEqual([]);
	});

	it('never go in a circle', () => {
		const next = new Map(files.map((file) => [file, new Set<string>()]));
		for (const { from, to, isModule } of imports) if (!isModule) next.get(from)!.add(to);
		// What nothing left uses cannot be part of a circle.
		for (let before = -1; before !== next.size;) {
			before = next.size;
			for (const [file, uses] of next) {
				if ([...uses].every((used) => !next.has(used))) next.delete(file);
			}
		}
		expect([...next.keys()]).toEqual([]);
	});
});

/** The files outside the adapter whose code, comments aside, has something. */
function outsideTheAdapter(what: RegExp): string[] {
	const code = (file: string) => textOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
	return files.filter((file) => !inside(file, ADAPTER) && what.test(code(file)));
}

it('timers, the time, chance and the process are for the adapter alone', () => {
	expect(outsideTheAdapter(MACHINE)).toEqual([]);
});

it('codes of undici and of the system are known to the adapter alone', () => {
	const codes = /\bE(CONN|NOTFOUND|AI_|HOST|NET|PIPE|PROTO|TIMEDOUT)|UND_ERR|HPE_|_CERT\b/;
	expect(outsideTheAdapter(codes)).toEqual([]);
});
