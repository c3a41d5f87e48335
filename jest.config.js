const esModules = [
	'nock',
	'@mswjs',
	'@open-draft',
	'until-async',
	'rettime',
	'outvariant',
	'strict-event-emitter',
	'is-node-process',
];

// The build's choice (see gulpfile.js): n8n-nodes-runflow, unless the other edition is asked for.
const edition =
	process.env.RUNFLOW_TEST_EDITION === 'lite' ? 'nodes/Runflow/host/adapter' : 'editions/undici';

/** @type {import('jest').Config} */
module.exports = {
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/', '<rootDir>/dist/'],
	moduleNameMapper: { '^\\./adapter$': `<rootDir>/${edition}/index.ts` },
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/n8n/hosts/'],
	// Far above what any test takes: a busy machine must not fail one.
	testTimeout: 30_000,
	transform: { '^.+\\.(ts|js|mjs)$': ['@swc/jest', { jsc: { target: 'es2022' } }] },
	transformIgnorePatterns: [
		// n8n-workflow loads its isolated expression engine by `import()`, which Jest runs transformed only.
		`/node_modules/(?!(${esModules.join('|')})/|n8n-workflow/dist/cjs/expression\\.js$)`,
	],
};
