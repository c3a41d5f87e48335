import type { IWebhookFunctions } from 'n8n-workflow';

import { mayResume } from '../../../../../../nodes/Runflow/actions/batch/parking/resumedRuns.ts';
import { FakeResponse } from '../../../../../fakes/webhookContext.ts';

const claim = async (run: string) => {
	const response = new FakeResponse();
	const answer = response as unknown as ReturnType<IWebhookFunctions['getResponseObject']>;
	return { response, may: await mayResume(run, answer) };
};

it('gives a run to one callback, and to none any more once n8n has answered that one with 200', async () => {
	const { response, may } = await claim('a run');
	expect(may).toBe(true);
	response.json({}).close(true);
	expect((await claim('a run')).may).toBe(false);
	expect((await claim('another run')).may).toBe(true);
});

it('remembers the newest 10,000 runs', async () => {
	for (let run = 0; run < 10_001; run++) (await claim(`run ${run}`)).response.json({}).close(true);
	await claim('one more');
	expect((await claim('run 10000')).may).toBe(false);
	expect((await claim('run 0')).may).toBe(true);
});
