/** One session with an MCP server over HTTP, as far as calling its one tool needs it. */
export class McpClient {
	private readonly url: string;
	private session: Record<string, string> = {};
	private id = 0;

	constructor(url: string) {
		this.url = url;
	}

	/** Begins the session. */
	async connect(): Promise<this> {
		await this.send('initialize', {
			protocolVersion: '2025-03-26',
			capabilities: {},
			clientInfo: { name: 'test', version: '1' },
		});
		await this.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
		return this;
	}

	/** Calls the server's first tool; returns the text of the result. */
	async callTool(args: object): Promise<string> {
		const { tools } = (await this.send('tools/list', {})) as { tools: Array<{ name: string }> };
		const { content } = (await this.send('tools/call', {
			name: tools[0].name,
			arguments: args,
		})) as { content: Array<{ text: string }> };
		return content.map(({ text }) => text).join('\n');
	}

	private async send(method: string, params: object): Promise<unknown> {
		const text = await this.post({ jsonrpc: '2.0', id: ++this.id, method, params });
		const lines = text.split('\n').filter((line) => line.startsWith('data:'));
		const answer = JSON.parse(lines.length > 0 ? lines.at(-1)!.slice(5) : text) as {
			result?: unknown;
			error?: unknown;
		};
		if (answer.result === undefined) throw new Error(JSON.stringify(answer.error));
		return answer.result;
	}

	private async post(message: object): Promise<string> {
		const answer = await fetch(this.url, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				accept: 'application/json, text/event-stream',
				...this.session,
			},
			body: JSON.stringify(message),
		});
		const id = answer.headers.get('mcp-session-id');
		if (id) this.session = { 'mcp-session-id': id };
		return await answer.text();
	}
}
