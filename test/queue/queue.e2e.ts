import { describeKilledWorkers } from './killed-worker-cases.ts';
import { describeManyCallbacks } from './many-callbacks-cases.ts';
import { describeParkedExecutions } from './parked-cases.ts';
import { describeSpreadCallbacks } from './spread-cases.ts';
import { startQueueStage, type QueueStage } from './queue-stage.ts';
import { table } from './tally.ts';

let stage: QueueStage;

beforeAll(async () => {
	stage = await startQueueStage((line) => process.stderr.write(`${line}\n`));
}, 900_000);
afterAll(async () => {
	process.stdout.write(`\n${table()}\n`);
	await stage?.close();
}, 120_000);

describeSpreadCallbacks(() => stage);
describeManyCallbacks(() => stage);
describeParkedExecutions(() => stage);
describeKilledWorkers(() => stage);
