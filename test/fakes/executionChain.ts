import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { fakeClock } from './clock.ts';
import { waitingContext, type WaitingSetup } from './waitingContext.ts';

/** A try of the node, as n8n has it: what a run remembers is its context, stored as JSON. */
export interface Try extends Partial<WaitingSetup> {
	/** Parameters of the node for an item, beside the usual ones. */
	of?: (item: number) => IDataObject;
	/** The input of an item's row, beside what `of` says. */
	input?: (item: number) => IDataObject;
	/** Parameters that are the same for every item, beside all others. */
	change?: IDataObject;
}

/** One execution, or a chain of executions made by n8n's Retry: what the node keeps goes along as JSON. */
export class Run {
	context: IDataObject;
	parkedUntil: Date[] = [];
	hints: string[] = [];
	private readonly emulator: Emulator;
	private readonly base: Try;

	constructor(emulator: Emulator, base: Try, context: IDataObject = {}) {
		this.emulator = emulator;
		this.base = base;
		this.context = context;
	}

	/** Another chain that starts from what this one keeps now, as a second press of Retry does. */
	fork(): Run {
		return new Run(this.emulator, this.base, structuredClone(this.context));
	}

	async execute(more: Try = {}): Promise<INodeExecutionData[]> {
		const { of = () => ({}), input, change, ...setup } = { ...this.base, ...more };
		const executionId = setup.executionId ?? '100';
		const fake = waitingContext({
			parameters: (item) => ({
				resource: 'batch',
				operation: 'createAndWait',
				model: { __rl: true, mode: 'id', value: 'acme/undeclared' },
				inputMode: 'jsonPerItem',
				itemJson: { row: item },
				callback: 'none',
				waitFor: 'polling',
				timeout: 1,
				pollInterval: 0.001,
				onFailedItems: 'error',
				options: {},
				requestOptions: { concurrency: 1 },
				...of(item),
				...(input && { itemJson: input(item) }),
				...change,
			}),
			storedParameters: { itemJson: '={{ as it stands in the workflow }}' },
			items: 3,
			credential: { apiKey: this.emulator.apiKey, baseUrl: this.emulator.url },
			kept: this.context,
			edition: { clock: clockFromNow() },
			resumeUrl: `http://127.0.0.1:9/webhook-waiting/${executionId}?signature=x`,
			...setup,
		});
		this.parkedUntil = fake.parkedUntil;
		this.hints = fake.hints;
		try {
			return (await new Runflow().execute.call(fake.context))[0];
		} finally {
			this.context = JSON.parse(JSON.stringify(this.context)) as IDataObject;
		}
	}
}

/** A clock that nobody waits for, and that the emulator's times can be compared with. */
function clockFromNow() {
	const clock = fakeClock();
	const began = Date.now() - clock.now();
	return { ...clock, now: () => began + clock.now() };
}

/** The parameters of items whose rows have this prompt. */
export const prompts =
	(prompt: string, more: IDataObject = {}) =>
	(item: number): IDataObject => ({
		itemJson: { row: item, prompt },
		...more,
	});

/** An execution that n8n's Retry made. */
export const retry = (executionId: string): Try => ({ executionId, mode: 'retry' });

/** How often a batch or run with each row was made, by its number. */
export function payments(emulator: Emulator): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const { items } of [...emulator.batches.values(), ...emulator.runs.values()]) {
		for (const { input, statusCode } of items) {
			if (statusCode === 'failed' || statusCode === 'cancelled') continue;
			const { row } = input as { row: number };
			counts[row] = (counts[row] ?? 0) + 1;
		}
	}
	return counts;
}

export const statuses = (items: INodeExecutionData[]) => items.map(({ json }) => json.status_code);
