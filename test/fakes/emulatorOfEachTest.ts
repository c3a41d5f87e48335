import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator/emulator.ts';
import { oneErrorRealm } from './realm.ts';

/**
 * Has every test of a file begin with an emulator of its own, which is closed after it,
 * and see Node's own errors as n8n does.
 * @returns the emulator of the test that runs
 */
export function emulatorOfEachTest(options: EmulatorOptions = {}): () => Emulator {
	oneErrorRealm();
	let emulator: Emulator;
	beforeEach(async () => {
		emulator = await startEmulator(options);
	});
	afterEach(async () => {
		await emulator.close();
	});
	return () => emulator;
}
