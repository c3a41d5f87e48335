import { delimiter, dirname } from 'node:path';

/** What n8n may see of the caller's environment; everything else could configure it by accident. */
const PASSED_ON =
	/^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SystemRoot|ComSpec|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(https?|all)_proxy)$/i;

/**
 * The environment of an n8n on loopback that talks to nobody of its own accord: no telemetry, no
 * update or licence checks, no banners, no catalogue of templates, packages or MCP servers.
 */
export function environmentOf(options: {
	node: string;
	userFolder: string;
	port: number;
	brokerPort: number;
	env?: Record<string, string>;
}): Record<string, string> {
	const { node, userFolder, port, brokerPort, env } = options;
	const inherited: Record<string, string> = {};
	for (const [name, value] of Object.entries(process.env)) {
		if (PASSED_ON.test(name) && value !== undefined) inherited[name] = value;
	}
	return {
		...inherited,
		PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
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
	};
}
