import { describeKilledWebhooks } from './killed-webhook-cases.ts';
import { describeKilledWorkers } from './killed-worker-cases.ts';
import { describeManualExecutions } from './manual-cases.ts';
import { describeManyCallbacks } from './many-callbacks-cases.ts';
import { describeParkedExecutions } from './parked-cases.ts';
import { describeSpreadCallbacks } from './spread-cases.ts';
import { startQueueStage, type QueueStage } from './queue-stage.ts';
import { table } from './tally.ts';

/*
 * n8n as larger installations run it: PostgreSQL, Redis, one main process, two webhook processes behind
 * a load balancer, two workers. Everything runs on loopback, on fresh data, and is gone afterwards.
 * Needs PostgreSQL and Redis on the machine; takes about ten minutes on two cores. It ends with a table
 * of what was delivered, lost and doubled.
 */
let stage: QueueStage;

beforeAll(async () => {
	stage = await startQueueStage((line) => process.stderr.write(`${line}\n`));
}, 900_000);
afterAll(async () => {
	process.stdout.write(`\n${table()}\n`);
	await stage?.close();
}, 120_000);

describeSpreadCallbacks(() => stage);
describeKilledWebhooks(() => stage);
describeManyCallbacks(() => stage);
describeParkedExecutions(() => stage);
describeManualExecutions(() => stage);
describeKilledWorkers(() => stage);
