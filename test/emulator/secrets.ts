import { randomBytes } from 'node:crypto';

import { jsonObject } from './apiRequest.ts';
import { apiTime, now } from './clock.ts';
import { newId } from './ids.ts';
import { page } from './listing.ts';
import { invalid, json, notFound } from './reply.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

/** A callback signing secret; the key of the HMAC is `plain` to the letter. */
export interface Secret {
	id: string;
	plain: string;
	label: string;
	createdAt: number;
	updatedAt: number;
	lastUsedAt: number | null;
}

/** The organization's signing secrets, of which at most one signs. */
export class Secrets {
	readonly byId = new Map<string, Secret>();
	current: Secret | null = null;

	/** Adds a secret; the first one signs from the start. */
	create(label: string, plain = `whsec_${randomBytes(24).toString('hex')}`): Secret {
		const at = now();
		const secret = { id: newId(), plain, label, createdAt: at, updatedAt: at, lastUsedAt: null };
		this.byId.set(secret.id, secret);
		this.current ??= secret;
		return secret;
	}

	/** Makes a secret the one that signs. */
	promote(secret: Secret): void {
		this.current = secret;
		secret.updatedAt = now();
	}
}

/** Making, reading, renaming and promoting callback secrets. */
export function addSecretRoutes(router: Router, world: World): void {
	const { secrets, options } = world;
	const view = (secret: Secret) => ({
		id: secret.id,
		org_id: options.organizationId,
		key_prefix: secret.plain.slice(0, 10),
		is_current: secrets.current === secret,
		label: secret.label,
		disabled_at: null,
		last_used_at: apiTime(secret.lastUsedAt),
		created_at: apiTime(secret.createdAt),
		updated_at: apiTime(secret.updatedAt),
	});
	const known = (id: string) => {
		const secret = secrets.byId.get(id);
		if (!secret) throw notFound('Callback secret');
		return secret;
	};
	router.add('POST /v1/callback-secrets', (request) => {
		const { label } = jsonObject(request);
		const secret = secrets.create(checkedLabel(label));
		return json(201, { ...view(secret), plain_secret: secret.plain });
	});
	router.add('GET /v1/callback-secrets', (request) => {
		const all = [...secrets.byId.values()];
		return json(200, page(request, all, view, world.settings.cursorStyle, world.baseUrl));
	});
	router.add('GET /v1/callback-secrets/:secret_id', (_request, [id]) => json(200, view(known(id))));
	router.add('PATCH /v1/callback-secrets/:secret_id', (request, [id]) => {
		const secret = known(id);
		const { label, is_current: isCurrent } = jsonObject(request);
		if (label !== undefined && label !== null) secret.label = checkedLabel(label);
		if (isCurrent !== undefined && isCurrent !== null && typeof isCurrent !== 'boolean') {
			throw invalid([{ loc: ['is_current'], msg: 'Input should be a boolean', type: 'bool_type' }]);
		}
		if (isCurrent === true) secrets.promote(secret);
		secret.updatedAt = now();
		return json(200, view(secret));
	});
}

function checkedLabel(label: unknown): string {
	if (typeof label === 'string' && label.length <= 255) return label;
	const msg = 'Input should be a string of at most 255 characters';
	throw invalid([{ loc: ['label'], msg, type: label === undefined ? 'missing' : 'value_error' }]);
}
