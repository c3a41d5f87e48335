import { dollars } from './batch.ts';
import { apiTime } from './clock.ts';
import { stableId } from './ids.ts';
import { json } from './reply.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

const CREATED = apiTime(Date.UTC(2026, 0, 5) * 1000);

/** Who the key belongs to, what credit is left, and whether the service is up. */
export function addAccountRoutes(router: Router, world: World): void {
	const { organizationId } = world.options;
	router.add('GET /v1/health', () => json(200, { status: 'ok', ok: true }));
	router.add('GET /v1/auth/me', () =>
		json(200, {
			id: stableId('user'),
			email: 'someone@example.com',
			first_name: 'Some',
			last_name: 'One',
			avatar_url: null,
			timezone: 'UTC',
			locale_code: 'en',
			email_verified_at: CREATED,
			memberships: [
				{
					org: { id: organizationId, name: 'Example', slug: 'example', plan_code: 'pro' },
					role_code: 'owner',
					scopes: ['runs:create', 'runs:read', 'runs:execute', 'assets:create', 'assets:read'],
				},
			],
		}),
	);
	router.add('GET /v1/billing/balance', () =>
		json(200, {
			id: stableId('balance'),
			org_id: organizationId,
			...(world.settings.balanceForm === 'cents'
				? { balance_cents: world.ledger.balanceCents, currency: 'USD' }
				: { balance: dollars(world.ledger.balanceCents) }),
			low_balance_threshold: '10.00',
			low_balance_notified_at: null,
			created_at: CREATED,
			updated_at: CREATED,
		}),
	);
}
