import { missing, type Found } from './preflight.mjs';

const whole: Found = {
	node: '24.21.0',
	system: 'debian',
	root: false,
	tools: { python: true, distutils: true, make: true, compiler: true },
	prebuilt: false,
	folder: '/somewhere/n8n',
	freeBytes: 10e9,
	neededBytes: 4e9,
};
const noTools = { python: false, distutils: true, make: false, compiler: false };

it('says nothing where nothing is missing', () => {
	expect(missing(whole)).toBeUndefined();
	expect(missing({ ...whole, node: '20.0.0' })).toBeUndefined();
});

it('names everything that is missing in one message, with what brings it', () => {
	const message = missing({ ...whole, node: '18.20.8', tools: noTools, freeBytes: 1.25e9 });
	expect(message).toBe(
		[
			'n8n cannot be installed here yet.',
			'- This needs Node 20 or newer, and Node 18.20.8 runs: install Node 24 with "nvm install 24" or from https://nodejs.org, and start again.',
			"- To compile n8n's database module: Python 3, make, a C++ compiler. Install with: sudo apt-get update && sudo apt-get install -y python3 python3-setuptools make g++",
			'- Disk space: 1.3 GB are free for /somewhere/n8n, and 4.0 GB are needed. Make room, or name a folder on another disk: export XDG_CACHE_HOME=/path/to/folder',
		].join('\n'),
	);
});

it.each<[string, Partial<Found>, string]>([
	[
		'Debian as root',
		{ root: true, tools: { make: false } },
		'apt-get update && apt-get install -y make',
	],
	[
		'Fedora',
		{ system: 'fedora', tools: noTools },
		'sudo dnf install -y python3 python3-setuptools make gcc-c++',
	],
	['macOS', { system: 'macos', tools: noTools }, 'xcode-select --install'],
	[
		'macOS, newer Python',
		{ system: 'macos', tools: { distutils: false } },
		'brew install python-setuptools',
	],
	['another system', { system: 'other', tools: noTools }, "your system's package manager"],
	[
		'Debian, newer Python',
		{ tools: { distutils: false } },
		'sudo apt-get update && sudo apt-get install -y python3-setuptools',
	],
])('names the command of %s', (_, found, command) => {
	const message = missing({ ...whole, ...found });
	expect(message?.endsWith(`Install with: ${command}`)).toBe(true);
});

it('needs no tools where a ready-made module can be had', () => {
	expect(missing({ ...whole, tools: noTools, prebuilt: true })).toBeUndefined();
});

it('needs no disk space to build the module alone', () => {
	expect(missing({ ...whole, freeBytes: 1e9, neededBytes: 0 })).toBeUndefined();
});
