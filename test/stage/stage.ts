import { join } from 'node:path';

import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator/emulator.ts';
import { packPackage, startN8n, type Log, type N8n, type StartOptions } from '../n8n/index.ts';
import { assertNothingLeaked } from './leaks.ts';

/** The repository's top folder. */
export const root = join(import.meta.dirname, '..', '..');

/** A Runflow and an n8n on this machine, with the packed package and a credential between them. */
export interface Stage {
	emulator: Emulator;
	n8n: N8n;
	/** Reference to the credential for a node's `credentials`. */
	credential: { runflowApi: { id: string; name: string } };
	/** Stops both. Throws when the key or the secret stands anywhere in what n8n wrote meanwhile. */
	close(): Promise<void>;
}

/** Starts both; whatever fails, nothing is left running. */
export async function startStage(
	options: { emulator?: EmulatorOptions; n8n?: StartOptions; log?: Log } = {},
): Promise<Stage> {
	const { log = () => {} } = options;
	const tarball = await packPackage(root, log);
	const emulator = await startEmulator(options.emulator);
	log(`Runflow emulator on ${emulator.url}`);
	const secrets = [emulator.apiKey, emulator.callbackSecret ?? emulator.apiKey];
	try {
		const n8n = await startN8n({ tarball, log, ...options.n8n });
		try {
			const { id, name } = await n8n.createCredential({
				name: 'Runflow (emulator)',
				type: 'runflowApi',
				data: {
					apiKey: emulator.apiKey,
					baseUrl: emulator.url,
					callbackSecret: emulator.callbackSecret ?? '',
				},
			});
			return {
				emulator,
				n8n,
				credential: { runflowApi: { id, name } },
				close: async () => {
					try {
						assertNothingLeaked(n8n, secrets);
					} finally {
						await n8n.stop();
						await emulator.close();
					}
				},
			};
		} catch (error) {
			await n8n.stop();
			throw error;
		}
	} catch (error) {
		await emulator.close();
		throw error;
	}
}
