import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import { fakeClock } from './clock.ts';
import { emulatorOfEachTest } from './emulatorOfEachTest.ts';
import { LONE_MODEL } from './emulatedRun.ts';
import { waitingContext, type WaitingSetup } from './waitingContext.ts';

/** Tries of a node whose model takes no batches, in an execution of each test whose memory n8n stores as JSON. */
export function loneRowsOfEachTest() {
	const emulator = emulatorOfEachTest({ processingMs: 0 });
	let context: IDataObject = {};
	let hints: string[] = [];
	beforeEach(() => {
		context = {};
	});
	return {
		emulator,
		/** What the last try said above its output. */
		hints: () => hints,
		/** What the node keeps. */
		kept: () => context,
		posts: (end: string) =>
			emulator().requests.filter(({ method, path }) => method === 'POST' && path.endsWith(end)),
		prompts: () => [...emulator().runs.values()].map(({ items }) => items[0].input.prompt),
		async run(
			change: IDataObject = {},
			setup: Partial<WaitingSetup> = {},
		): Promise<INodeExecutionData[]> {
			const { hints: shown, context: execute } = waitingContext({
				parameters: (row) => ({
					resource: 'batch',
					operation: 'createAndWait',
					model: LONE_MODEL,
					inputMode: 'jsonPerItem',
					itemJson: { prompt: `row ${row}` },
					waitFor: 'polling',
					timeout: 1,
					pollInterval: 0.001,
					options: {},
					...change,
				}),
				storedParameters: { itemJson: '={{ as it stands in the workflow }}' },
				items: 3,
				credential: { apiKey: emulator().apiKey, baseUrl: emulator().url },
				kept: context,
				edition: { clock: fakeClock() },
				...setup,
			});
			try {
				return (await new Runflow().execute.call(execute))[0];
			} finally {
				context = JSON.parse(JSON.stringify(context)) as IDataObject;
				hints = shown;
			}
		},
	};
}
