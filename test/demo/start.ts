// An n8n with the packed package and all examples, and an emulated Runflow, to try things by hand.
import { startStage } from '../stage/stage.ts';
import { exampleNames, loadExample } from './exampleWorkflows.ts';
import { USUAL_PORT, usualPort } from './usualPort.ts';

const port = await usualPort();
if (!port) console.log(`Port ${USUAL_PORT} is in use, so n8n gets another one.`);
const stage = await startStage({
	log: (line) => console.log(line),
	n8n: { port },
	emulator: { recordRequests: false },
});

let stopping = false;
/** A terminal's Ctrl+C arrives twice: from the terminal itself and from npm. */
async function stop(): Promise<void> {
	if (stopping) return;
	stopping = true;
	console.log('\nStopping …');
	await stage.close();
	console.log('Stopped.');
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());

try {
	for (const name of exampleNames()) {
		const { workflow } = await loadExample(stage, name);
		console.log(`Loaded "${workflow.name}": ${stage.n8n.url}/workflow/${workflow.id}`);
	}
	console.log(`
n8n        ${stage.n8n.url}
  e-mail   ${stage.n8n.owner.email}
  password ${stage.n8n.owner.password}
Runflow    ${stage.emulator.url} (emulated)
  API key  ${stage.emulator.apiKey}
  secret   ${stage.emulator.callbackSecret}

Open an example and execute it; publish it first if it starts with Runflow Trigger or a schedule.
Credentials and callback URLs are filled in. A row with [fail] in its prompt fails.
Everything is thrown away at the end. Stop with Ctrl+C.`);
} catch (error) {
	if (!stopping) {
		console.error(error);
		process.exitCode = 1;
		await stop();
	}
}
