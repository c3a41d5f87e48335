// Plain JavaScript, for the Node launcher needs it before there is a Node that reads TypeScript.

/** Settings that only say where packages come from, how to get there, and where copies are kept. */
const ACCESS = [
	'registry',
	'replace-registry-host',
	'proxy',
	'https-proxy',
	'noproxy',
	'ca',
	'cafile',
	'cert',
	'key',
	'strict-ssl',
	'_auth',
	'_authtoken',
	'userconfig',
	'globalconfig',
	'cache',
];

/**
 * The environment for an npm that works on another folder than the script that calls it. npm hands
 * every setting of the calling project to its scripts as a variable, which overrules the settings of
 * that other folder. What comes out is the caller's environment without `npm_*`, except what is
 * needed to reach the registry, and without what npm derives from its settings: NODE_ENV from `omit`,
 * NODE_OPTIONS from `node-options`. Names are compared as npm does it, whatever their case.
 * Source: @npmcli/config, `lib/set-envs.js` and `loadEnv` in `lib/index.js`.
 */
export function npmEnvironment(caller) {
	const names = Object.keys(caller);
	const optionsFromNpm = names.some((name) => setting(name) === 'node-options' && caller[name]);
	const kept = names.filter((name) => {
		if (name === 'NODE_ENV') return false;
		if (name === 'NODE_OPTIONS') return !optionsFromNpm;
		return !/^npm_/i.test(name) || isAccess(setting(name));
	});
	const environment = {};
	for (const name of kept) environment[name] = caller[name];
	return environment;
}

/** The setting a variable stands for, such as `https-proxy` for `NPM_CONFIG_HTTPS_PROXY`. */
function setting(variable) {
	if (!/^npm_config_/i.test(variable)) return '';
	return variable
		.slice('npm_config_'.length)
		.toLowerCase()
		.replace(/(?!^)_/g, '-');
}

/** `//host/:_authToken` names access to one registry, `@scope:registry` the registry of a scope. */
function isAccess(name) {
	return ACCESS.includes(name) || /^\/\/|^@[^:]+:registry$/.test(name);
}
