import { acceptBatches, createParameters } from '../../../../../fakes/createRun.ts';
import { withoutNetwork } from '../../../../../fakes/network.ts';
import { runWaiting } from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

const hintsOf = async (callbackUrl: string, items = 1) => {
	acceptBatches(Math.ceil(items / 100));
	const parameters = createParameters({ callback: 'url', callbackUrl });
	return (await runWaiting({ parameters, items })).hints;
};

it('warns of a test URL as the Callback URL, once', async () => {
	expect(await hintsOf('https://n8n.test/webhook-test/x/runflow', 150)).toEqual([
		expect.stringContaining("'Callback URL' is a test URL"),
	]);
});

it('says nothing of a production URL', async () => {
	expect(await hintsOf('https://n8n.test/webhook/x/runflow?from=webhook-test')).toEqual([]);
});
