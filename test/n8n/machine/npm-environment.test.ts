import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { npmEnvironment } from './npm-environment.mjs';

describe('from the variables of an npm script', () => {
	it('keeps what names the registry, the access to it and the cache, in any case', () => {
		const access = {
			npm_config_registry: 'https://registry.example.test/',
			'npm_config_@acme:registry': 'https://acme.example.test/',
			'npm_config_//registry.example.test/:_authToken': 'token',
			NPM_CONFIG_HTTPS_PROXY: 'http://proxy.example.test:8080',
			'npm_config_https-proxy': 'http://proxy.example.test:8080',
			npm_config_noproxy: 'localhost',
			npm_config_cafile: '/etc/own-ca.pem',
			Npm_Config_Strict_Ssl: 'true',
			NPM_CONFIG_USERCONFIG: '/home/somebody/registry.npmrc',
			npm_config_globalconfig: '/etc/npmrc',
			npm_config_cache: '/somewhere/npm',
		};
		expect(npmEnvironment(access)).toEqual(access);
	});

	it('leaves out every other one', () => {
		const others = {
			npm_config_ignore_scripts: 'true',
			NPM_CONFIG_IGNORE_SCRIPTS: 'true',
			'npm_config_ignore-scripts': 'true',
			npm_config_prefix: '/elsewhere',
			npm_config_local_prefix: '/elsewhere',
			npm_config_global_prefix: '/elsewhere',
			npm_config_omit: 'dev\n\noptional',
			npm_config_node_gyp: '/elsewhere/node-gyp.js',
			npm_config_registry_of_somebody: 'x',
			'npm_config_@acme:cache': 'x',
			npm_package_name: 'caller',
			npm_lifecycle_event: 'demo',
			npm_execpath: '/elsewhere/npm-cli.js',
			npm_command: 'run-script',
		};
		expect(npmEnvironment(others)).toEqual({});
	});

	it('keeps what is not of npm, and the options for Node only when they are not either', () => {
		const caller = { PATH: '/bin', HTTPS_PROXY: 'http://proxy.example.test' };
		const options = { NODE_OPTIONS: '--use-system-ca' };
		expect(npmEnvironment({ ...caller, ...options })).toEqual({ ...caller, ...options });
		expect(
			npmEnvironment({ ...caller, ...options, npm_config_node_options: '--use-system-ca' }),
		).toEqual(caller);
		expect(npmEnvironment({ ...caller, NODE_ENV: 'production' })).toEqual(caller);
	});
});

// The real npm twice over, without network: a script of one project works on another folder.
describe('under npm run, in a project with a hostile .npmrc', () => {
	const folder = mkdtempSync(join(tmpdir(), 'npm-environment-'));
	const [calling, other] = [join(folder, 'calling'), join(folder, 'other')];
	const built = join(other, 'node_modules', 'native', 'built');

	beforeAll(() => {
		const native = join(other, 'node_modules', 'native');
		for (const each of [calling, native]) mkdirSync(each, { recursive: true });
		const build = `node -e "require('fs').writeFileSync('built', '')"`;
		json(join(native, 'package.json'), {
			name: 'native',
			version: '1.0.0',
			scripts: { install: build },
		});
		json(join(other, 'package.json'), {
			name: 'other',
			dependencies: { native: '1.0.0' },
			allowScripts: { native: true },
		});
		json(join(calling, 'package.json'), {
			name: 'calling',
			scripts: { inherited: 'node call.mjs inherited', own: 'node call.mjs own' },
		});
		const hostile = [
			'ignore-scripts=true',
			'dry-run=true',
			'omit[]=dev',
			'omit[]=optional',
			'loglevel=silent',
			'legacy-peer-deps=true',
			'node-options=--title=hostile',
			'registry=https://registry.example.test/',
			'https-proxy=http://proxy.example.test:8080/',
			`cache=${join(folder, 'cache')}`,
		];
		writeFileSync(join(calling, '.npmrc'), hostile.join('\n'));
		const moduleUrl = pathToFileURL(join(__dirname, 'npm-environment.mjs')).href;
		writeFileSync(
			join(calling, 'call.mjs'),
			`import { execFileSync } from 'node:child_process';
			import { npmEnvironment } from ${JSON.stringify(moduleUrl)};
			const env = process.argv[2] === 'own' ? npmEnvironment(process.env) : process.env;
			const npm = (...args) =>
				execFileSync('npm', args, { cwd: ${JSON.stringify(other)}, env, encoding: 'utf8' });
			npm('rebuild', 'native');
			const seen = Object.entries(env).filter(([name]) => /^(npm_|NODE_)/i.test(name));
			const { registry, omit, cache, ...settings } = JSON.parse(npm('config', 'ls', '-l', '--json'));
			const rest = { scripts: !settings['ignore-scripts'], dry: settings['dry-run'] };
			console.log(JSON.stringify({
				variables: Object.fromEntries(seen),
				settings: { registry, omit, cache, proxy: settings['https-proxy'], ...rest },
			}));`,
		);
	});

	afterEach(() => rmSync(built, { force: true }));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	function run(script: string) {
		const env = {
			PATH: process.env.PATH,
			HOME: folder,
			npm_config_globalconfig: join(folder, 'no-npmrc'),
			npm_config_update_notifier: 'false',
		};
		const options = { cwd: calling, env, encoding: 'utf8' as const };
		const [line] = execFileSync('npm', ['run', '--silent', script], options)
			.trim()
			.split('\n')
			.slice(-1);
		return JSON.parse(line) as {
			variables: Record<string, string>;
			settings: Record<string, unknown>;
		};
	}

	it('npm builds nothing in the other folder, and says nothing, with what it inherits', () => {
		const { variables, settings } = run('inherited');
		expect(variables).toMatchObject({
			npm_config_ignore_scripts: 'true',
			npm_config_dry_run: 'true',
			npm_config_loglevel: 'silent',
			NODE_OPTIONS: '--title=hostile',
			NODE_ENV: 'production',
		});
		expect(settings).toMatchObject({ scripts: false, dry: true, omit: ['dev', 'optional'] });
		expect(existsSync(built)).toBe(false);
	});

	it('npm builds what it should with the environment of its own', () => {
		const { variables, settings } = run('own');
		expect(variables).toMatchObject({
			npm_config_registry: 'https://registry.example.test/',
			npm_config_https_proxy: 'http://proxy.example.test:8080/',
			npm_config_cache: join(folder, 'cache'),
		});
		const access = /^npm_config_(registry|https_proxy|cache|noproxy|userconfig|globalconfig)$/;
		expect(Object.keys(variables).filter((name) => !access.test(name))).toEqual([]);
		expect(settings).toEqual({
			scripts: true,
			dry: false,
			omit: [],
			registry: 'https://registry.example.test/',
			proxy: 'http://proxy.example.test:8080/',
			cache: join(folder, 'cache'),
		});
		expect(existsSync(built)).toBe(true);
	});
});

function json(path: string, content: object): void {
	writeFileSync(path, JSON.stringify(content));
}
