import { createServer } from 'node:net';

/** Where people expect n8n. */
export const USUAL_PORT = 5678;

/** n8n's usual port if nobody listens on it; `undefined`, which is any other, if somebody does. */
export async function usualPort(): Promise<number | undefined> {
	const server = createServer();
	const free = await new Promise<boolean>((resolve) => {
		server.once('error', () => resolve(false));
		server.listen(USUAL_PORT, '127.0.0.1', () => resolve(true));
	});
	await new Promise((resolve) => server.close(resolve));
	return free ? USUAL_PORT : undefined;
}
