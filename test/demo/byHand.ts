import type { Log } from '../n8n/index.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { exampleNames, loadExample } from './exampleWorkflows.ts';
import { USUAL_PORT, usualPort } from './usualPort.ts';

/**
 * An n8n with the packed package and all examples, and an emulated Runflow, to try things by hand.
 * Both run until the program is told to stop.
 *
 * @param n8n what n8n gets beside
 * @param more a line for the end of what is printed
 * @returns `undefined` where it could not be started, or was stopped meanwhile
 */
export async function startByHand(
	n8n: { env?: Record<string, string>; onOutput?: Log } = {},
	more = '',
): Promise<Stage | undefined> {
	const port = await usualPort();
	if (!port) console.log(`Port ${USUAL_PORT} is in use, so n8n gets another one.`);
	const stage = await startStage({
		log: (line) => console.log(line),
		n8n: { port, ...n8n },
		emulator: { recordRequests: false },
	});
	let stopping = false;
	/** A terminal's Ctrl+C arrives twice: from the terminal itself and from npm. */
	const stop = async () => {
		if (stopping) return;
		stopping = true;
		console.log('\nStopping …');
		await stage.close();
		console.log('Stopped.');
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());
	try {
		await show(stage, more);
		return stage;
	} catch (error) {
		if (!stopping) {
			console.error(error);
			process.exitCode = 1;
			await stop();
		}
		return undefined;
	}
}

/** Loads the examples and says how to get at everything. */
async function show(stage: Stage, more: string): Promise<void> {
	for (const name of exampleNames()) {
		const { workflow } = await loadExample(stage, name);
		console.log(`Loaded "${workflow.name}": ${stage.n8n.url}/workflow/${workflow.id}`);
	}
	const { n8n, emulator } = stage;
	console.log(`
n8n        ${n8n.url}
  e-mail   ${n8n.owner.email}
  password ${n8n.owner.password}
Runflow    ${emulator.url} (emulated)
  API key  ${emulator.apiKey}
  secret   ${emulator.callbackSecret}

Open an example and execute it; publish it first if it starts with Runflow Trigger or a schedule.
Credentials and callback URLs are filled in. A row with [fail] in its prompt fails.
Everything is thrown away at the end. Stop with Ctrl+C.${more && `\n${more}`}`);
}
