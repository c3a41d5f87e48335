import type { RestSession } from './rest-session.ts';

/** A credential as `n8n export:credentials --decrypted` writes it. */
export interface CredentialFile {
	id?: string;
	name: string;
	type: string;
	data: Record<string, unknown>;
}

/** What n8n's editor shows after a credential was tested. */
export interface CredentialTest {
	status: 'OK' | 'Error';
	message: string;
}

interface Stored {
	id: string;
	name: string;
	type: string;
}

/** Adds a credential; n8n gives it an id of its own. */
export async function createCredential(
	session: RestSession,
	{ name, type, data }: CredentialFile,
): Promise<Stored> {
	return await session.send('POST', '/credentials', { name, type, data });
}

/**
 * Puts credentials into the instance, over those of the same name and type, and tells which id each
 * got for the one in its file.
 */
export async function importCredentials(
	session: RestSession,
	files: CredentialFile[],
): Promise<Map<string, string>> {
	const ids = new Map<string, string>();
	const stored = files.length ? await session.send<Stored[]>('GET', '/credentials') : [];
	for (const file of files) {
		const there = stored.find(({ name, type }) => name === file.name && type === file.type);
		const { name, type, data } = file;
		if (there) await session.send('PATCH', `/credentials/${there.id}`, { name, type, data });
		const { id } = there ?? (await createCredential(session, file));
		if (file.id) ids.set(file.id, id);
	}
	return ids;
}

/**
 * Tests a stored credential by its id, or values, as the editor does: it stores them first, since
 * n8n tests what is stored and answers 403 to anything else (from 2.41 on only for an owner not).
 */
export async function testCredential(
	session: RestSession,
	credential: string | Pick<CredentialFile, 'type' | 'data'>,
): Promise<CredentialTest> {
	if (typeof credential !== 'string') {
		const { id } = await createCredential(session, { name: 'To be tested', ...credential });
		try {
			return await testCredential(session, id);
		} finally {
			await session.send('DELETE', `/credentials/${id}`);
		}
	}
	const credentials = await session.send<object>(
		'GET',
		`/credentials/${credential}?includeData=true`,
	);
	return await session.send('POST', '/credentials/test', { credentials });
}
