import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message of a conversation, as OpenAI's chat completions have it. */
export interface Message {
	role: string;
	content: unknown;
}

/** What the model says next: calls of its one tool with these arguments, or its last words. */
export type Reply = { calls: object[] } | { text: string };

/** Answers a conversation; `results` are what the tool has given so far, oldest first. */
export type Script = (results: string[]) => Reply;

/** A language model behind an OpenAI-compatible server on this machine, which says what a script says. */
export class ScriptedModel {
	/** To be set before an agent runs. */
	script: Script = () => ({ text: 'done' });
	private readonly server = createServer((request, response) => {
		void this.answer(request).then((answer) => {
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(answer));
		});
	});

	/** For the node's option Base URL. */
	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
	}

	async listen(): Promise<this> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return this;
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private async answer(request: IncomingMessage): Promise<object> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const { messages, tools } = JSON.parse(Buffer.concat(chunks).toString()) as {
			messages: Message[];
			tools?: Array<{ function: { name: string } }>;
		};
		const results = messages
			.filter(({ role }) => role === 'tool')
			.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));
		return completion(this.script(results), tools?.[0].function.name ?? '', results.length);
	}
}

function completion(reply: Reply, tool: string, turn: number): object {
	const message =
		'text' in reply
			? { role: 'assistant', content: reply.text }
			: {
					role: 'assistant',
					content: null,
					tool_calls: reply.calls.map((argumentsOfCall, index) => ({
						id: `call_${turn}_${index}`,
						type: 'function',
						function: { name: tool, arguments: JSON.stringify(argumentsOfCall) },
					})),
				};
	return {
		id: `chatcmpl-${turn}`,
		object: 'chat.completion',
		created: 0,
		model: 'scripted',
		choices: [{ index: 0, message, finish_reason: 'text' in reply ? 'stop' : 'tool_calls' }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}
