const { compareVersions, pinnedN8n } = require('../n8n/machine/pinned.mjs');
const base = require('../../jest.config.js');
const since = require('../versions/since.json');

/** Files about what this n8n does not have yet. */
const notThere = Object.keys(since).filter(
	(file) => compareVersions(pinnedN8n().n8n, since[file]) < 0,
);
// Both packages in one n8n are the same whichever is tested; the tests of lite move all nodes to it.
const ofBoth = process.env.RUNFLOW_TEST_EDITION === 'lite' ? ['two-editions'] : [];

/** @type {import('jest').Config} */
module.exports = {
	...base,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/e2e/**/*.e2e.ts'],
	testPathIgnorePatterns: [
		'/node_modules/',
		'<rootDir>/dist/',
		...[...notThere, ...ofBoth].map((file) => `<rootDir>/test/e2e/${file}\\.e2e\\.ts$`),
	],
	testTimeout: 120_000,
};
