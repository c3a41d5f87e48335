import { configWithoutCloudSupport } from '@n8n/node-cli/eslint';

// undici is this package's transport, which n8n Cloud does not admit; every other rule is on.
// What stands under test/ never runs inside n8n, so the rules about node code stop there.
export default [
	...configWithoutCloudSupport,
	{ ignores: ['**/dist/**', 'coverage/**', 'test/n8n/hosts/**'] },
	{
		files: ['test/**/*.ts'],
		rules: {
			'@n8n/community-nodes/require-node-api-error': 'off',
			'@n8n/community-nodes/no-dangerous-functions': 'off',
			'@n8n/community-nodes/no-hardcoded-secrets': 'off',
			'no-console': 'off',
		},
	},
];
