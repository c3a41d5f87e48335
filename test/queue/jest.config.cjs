const base = require('../e2e/jest.config.cjs');

/** @type {import('jest').Config} */
module.exports = {
	...base,
	testMatch: ['<rootDir>/test/queue/**/*.e2e.ts'],
	testTimeout: 600_000,
};
