import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import type { N8nInstallation } from './install/installation.ts';
import { compareVersions } from './machine/pinned.mjs';

/** What n8n may see of the caller's environment; everything else could configure it by accident. */
const PASSED_ON =
	/^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SystemRoot|ComSpec|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(https?|all)_proxy)$/i;

/**
 * The environment of an n8n on loopback that talks to nobody of its own accord: no telemetry, no
 * update or licence checks, no banners, no catalogue of templates, packages or MCP servers.
 */
export function environmentOf(options: {
	installation: N8nInstallation;
	userFolder: string;
	port: number;
	brokerPort: number;
	env?: Record<string, string>;
}): Record<string, string> {
	const { installation, userFolder, port, brokerPort, env } = options;
	const inherited: Record<string, string> = {};
	for (const [name, value] of Object.entries(process.env)) {
		if (PASSED_ON.test(name) && value !== undefined) inherited[name] = value;
	}
	return inWordsOf(installation, {
		...inherited,
		PATH: `${dirname(installation.node)}${delimiter}${process.env.PATH}`,
		NO_PROXY: ['127.0.0.1', 'localhost', process.env.NO_PROXY ?? process.env.no_proxy]
			.filter(Boolean)
			.join(','),
		NODE_ENV: 'production',
		N8N_USER_FOLDER: userFolder,
		N8N_PORT: String(port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PROTOCOL: 'http',
		N8N_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
		N8N_EDITOR_BASE_URL: `http://127.0.0.1:${port}/`,
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_SECURE_COOKIE: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_DISABLED_MODULES: 'mcp-registry',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '10',
		N8N_LOG_LEVEL: 'info',
		EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
		EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
		EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'true',
		...env,
	});
}

/** The first n8n that reads N8N_WEBHOOK_URL; those before know WEBHOOK_URL alone. */
const RENAMED_WEBHOOK_URL = '2.31.0';

/** The same for an older n8n: under the names that it knows, without modules that it has not. */
function inWordsOf(
	{ home, version }: N8nInstallation,
	env: Record<string, string>,
): Record<string, string> {
	const { N8N_WEBHOOK_URL, N8N_DISABLED_MODULES, ...others } = env;
	// A name that n8n 1 does not know ends it at its start.
	const modules = N8N_DISABLED_MODULES.split(',').filter((name) =>
		existsSync(join(home, 'node_modules', 'n8n', 'dist', 'modules', name)),
	);
	const isOld = compareVersions(version, RENAMED_WEBHOOK_URL) < 0;
	return {
		...others,
		[isOld ? 'WEBHOOK_URL' : 'N8N_WEBHOOK_URL']: N8N_WEBHOOK_URL,
		...(modules.length > 0 && { N8N_DISABLED_MODULES: modules.join(',') }),
	};
}
