import { setTimeout as sleep } from 'node:timers/promises';

import { RestError } from './rest-session.ts';
import type { RestSession } from './rest-session.ts';

interface PublicationStatus {
	status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	triggers: Array<{ nodeId: string; status: string; errorMessage: string | null }>;
}

/** Before, n8n has no status of a publication to be asked for, or does not tell it. */
const PUBLISHES_LATER = '2.31.0';

const TIMEOUT_MS = 60_000;

/** Publishes the saved version; returns why n8n refused, as when a trigger's `create` throws. */
export async function activate(session: RestSession, id: string): Promise<string | undefined> {
	if (session.isBefore('2.0.0')) return await switched(session, id, true);
	const { versionId } = await session.send<{ versionId: string }>('GET', `/workflows/${id}`);
	return await settled(session, id, 'activate', { versionId });
}

/** Takes a workflow out of production; returns why n8n refused. */
export async function deactivate(session: RestSession, id: string): Promise<string | undefined> {
	if (session.isBefore('2.0.0')) return await switched(session, id, false);
	return await settled(session, id, 'deactivate', {});
}

/** n8n 1 has a switch, and answers when its triggers are registered. */
async function switched(
	session: RestSession,
	id: string,
	active: boolean,
): Promise<string | undefined> {
	return await refusal(async () => await session.send('PATCH', `/workflows/${id}`, { active }));
}

async function refusal(change: () => Promise<unknown>): Promise<string | undefined> {
	try {
		await change();
		return undefined;
	} catch (error) {
		if (error instanceof RestError) return error.message;
		throw error;
	}
}

/**
 * n8n answers as soon as the change is in its queue, and registers or removes webhooks later; what
 * went wrong with a trigger then stands in the workflow's publication status alone.
 */
async function settled(
	session: RestSession,
	id: string,
	action: 'activate' | 'deactivate',
	body: object,
): Promise<string | undefined> {
	const refused = await refusal(
		async () => await session.send('POST', `/workflows/${id}/${action}`, body),
	);
	// Older ones answer when the triggers are registered.
	if (refused || session.isBefore(PUBLISHES_LATER)) return refused;
	const deadline = Date.now() + TIMEOUT_MS;
	while (Date.now() < deadline) {
		const path = `/workflows/${id}/publication-status`;
		const { status, triggers } = await session.send<PublicationStatus>('GET', path);
		if (status === 'failed' || status === 'partial') {
			const reasons = triggers.map(({ errorMessage }) => errorMessage).filter(Boolean);
			return reasons.join('; ') || status;
		}
		if (status !== 'in_progress') return undefined;
		await sleep(50);
	}
	throw new Error(`n8n did not ${action} workflow ${id} within ${TIMEOUT_MS / 1000} s`);
}
