import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionStatus, INodeExecutionData, IRunExecutionData } from 'n8n-workflow';

import type { RestSession } from './rest-session.ts';

/** What the list of executions tells of one. */
export interface ExecutionSummary {
	id: string;
	workflowId: string;
	workflowName: string;
	mode: string;
	status: ExecutionStatus;
	startedAt: string;
	stoppedAt: string | null;
	waitTill: string | null;
}

/** One execution with everything its nodes received and gave. */
export interface Execution extends ExecutionSummary {
	data: IRunExecutionData;
}

/** Which execution to wait for; everything that is given has to be true of it. */
export interface ExecutionMatch {
	id?: string;
	workflowId?: string;
	/** By default any status an execution ends with. */
	status?: ExecutionStatus | ExecutionStatus[];
	mode?: string;
	/** How many executions have to match; the newest of them is returned. */
	count?: number;
	/** Only executions later than this id: those of before are not what is waited for. */
	after?: string;
}

const ENDED: ExecutionStatus[] = ['success', 'error', 'crashed', 'canceled'];

/** Reads executions over REST. n8n packs their data with its copy of `flatted`. */
export class Executions {
	private readonly session: RestSession;
	private readonly flatted: { parse(text: string): unknown };

	constructor(session: RestSession, n8nHome: string) {
		this.session = session;
		const require = createRequire(join(n8nHome, 'node_modules', 'n8n', 'package.json'));
		this.flatted = require('flatted') as { parse(text: string): unknown };
	}

	/** The newest 100, running and waiting ones among them, newest first. */
	async list(workflowId?: string): Promise<ExecutionSummary[]> {
		const filter = encodeURIComponent(JSON.stringify(workflowId ? { workflowId } : {}));
		const answer = await this.session.send<{ results: ExecutionSummary[] }>(
			'GET',
			`/executions?limit=100&filter=${filter}`,
		);
		return answer.results.sort((a, b) => Number(b.id) - Number(a.id));
	}

	/** One with its data. */
	async get(id: string): Promise<Execution> {
		const packed = await this.session.send<ExecutionSummary & { data: string }>(
			'GET',
			`/executions/${id}`,
		);
		return { ...packed, data: this.flatted.parse(packed.data) as IRunExecutionData };
	}

	/** Polls until enough executions match; when time is up the error tells what there was. */
	async waitFor(
		match: ExecutionMatch | ((execution: ExecutionSummary) => boolean),
		timeoutMs: number,
	): Promise<Execution> {
		const deadline = Date.now() + timeoutMs;
		const matches = typeof match === 'function' ? match : predicateOf(match);
		const { workflowId, count = 1 } = typeof match === 'function' ? {} : match;
		for (;;) {
			const seen = await this.list(workflowId);
			const found = seen.filter(matches);
			if (found.length >= count) return await this.get(found[0].id);
			if (Date.now() > deadline) {
				const wanted = typeof match === 'function' ? 'a match' : JSON.stringify(match);
				const there = seen.map(
					({ id, workflowName, mode, status }) => `${id} "${workflowName}" ${mode} ${status}`,
				);
				throw new Error(
					`Waited ${timeoutMs} ms for ${wanted}; executions seen: ${there.join(', ') || 'none'}`,
				);
			}
			await sleep(100);
		}
	}
}

function predicateOf(match: ExecutionMatch): (execution: ExecutionSummary) => boolean {
	const statuses = match.status === undefined ? ENDED : [match.status].flat();
	return ({ id, workflowId, status, mode }) =>
		(match.id === undefined || id === match.id) &&
		(match.workflowId === undefined || workflowId === match.workflowId) &&
		(match.mode === undefined || mode === match.mode) &&
		(match.after === undefined || Number(id) > Number(match.after)) &&
		statuses.includes(status);
}

/** The items a node gave in its last run, from one of its outputs. */
export function itemsOf(execution: Execution, node: string, output = 0): INodeExecutionData[] {
	return execution.data.resultData.runData[node]?.at(-1)?.data?.main?.[output] ?? [];
}
