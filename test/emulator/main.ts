// The emulator as a program of its own: node test/node24.mjs test/emulator/main.ts --port 4010
import { parseArgs } from 'node:util';

import { startEmulator } from './emulator.ts';

const { values } = parseArgs({
	options: {
		port: { type: 'string', default: '4010' },
		'processing-ms': { type: 'string' },
		'api-key': { type: 'string' },
		'callback-secret': { type: 'string' },
	},
});

const emulator = await startEmulator({
	port: Number(values.port),
	apiKey: values['api-key'],
	callbackSecret: values['callback-secret'],
	processingMs: values['processing-ms'] === undefined ? undefined : Number(values['processing-ms']),
	recordRequests: false,
	log: (line) => console.log(line),
});

console.log(`Runflow emulator at  ${emulator.url}`);
console.log(`API key              ${emulator.apiKey}`);
console.log(`Callback secret      ${emulator.callbackSecret}`);

for (const signal of ['SIGINT', 'SIGTERM']) {
	process.once(signal, () => void emulator.close().then(() => process.exit(0)));
}
