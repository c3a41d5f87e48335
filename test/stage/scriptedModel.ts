import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message of a conversation, as OpenAI's chat completions have it. */
export interface Message {
	role: string;
	content: unknown;
}

/** What the model says next: calls of a tool, by default its first, with these arguments, or its last words. */
export type Reply = { calls: object[]; tool?: string } | { text: string };

/** A tool as the model is told of it. */
export interface ToldTool {
	name: string;
	description: string;
}

/** Answers a conversation; `results` are what the tool has given so far, oldest first. */
export type Script = (results: string[]) => Reply;

/** A language model behind an OpenAI-compatible server on this machine, which says what a script says. */
export class ScriptedModel {
	/** To be set before an agent runs. */
	script: Script = () => ({ text: 'done' });
	/** The tools that it was last told of. */
	tools: ToldTool[] = [];
	private readonly server = createServer(
		(request, response) => void this.answer(request, response),
	);

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

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const { messages, tools, stream } = JSON.parse(Buffer.concat(chunks).toString()) as {
			messages: Message[];
			tools?: Array<{ function: ToldTool }>;
			/** Agents up to version 2.1 want the answer in pieces. */
			stream?: boolean;
		};
		const results = messages
			.filter(({ role }) => role === 'tool')
			.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));
		this.tools = (tools ?? []).map((tool) => tool.function);
		const first = this.tools[0]?.name ?? '';
		const message = messageOf(this.script(results), first, results.length);
		const finish_reason = message.content === null ? 'tool_calls' : 'stop';
		const common = { id: `chatcmpl-${results.length}`, created: 0, model: 'scripted' };
		if (stream) {
			const object = 'chat.completion.chunk';
			response.setHeader('content-type', 'text/event-stream');
			for (const choice of [
				{ index: 0, delta: message, finish_reason: null },
				{ index: 0, delta: {}, finish_reason },
			]) {
				response.write(`data: ${JSON.stringify({ ...common, object, choices: [choice] })}\n\n`);
			}
			response.end('data: [DONE]\n\n');
		} else {
			const choices = [{ index: 0, message, finish_reason }];
			const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify({ ...common, object: 'chat.completion', choices, usage }));
		}
	}
}

function messageOf(reply: Reply, first: string, turn: number) {
	if ('text' in reply) return { role: 'assistant', content: reply.text };
	return {
		role: 'assistant',
		content: null,
		tool_calls: reply.calls.map((argumentsOfCall, index) => ({
			index,
			id: `call_${turn}_${index}`,
			type: 'function',
			function: { name: reply.tool ?? first, arguments: JSON.stringify(argumentsOfCall) },
		})),
	};
}
