import { z } from 'zod';

import { costText } from '../batches/cost';
import type { Api } from '../http/api';
import { decimalOfCents, isDecimal } from './decimal';

const amount = z.union([z.string(), z.number()]).nullish();

/**
 * Answer to GET /v1/billing/balance. Runflow's API reference has `balance`, a decimal string, its page
 * on pricing `balance_cents`, a whole number, and `currency`; both are read.
 */
const balanceSchema = z
	.object({ balance: amount, balance_cents: z.number().int().nullish() })
	.passthrough()
	.refine((answer) => amountOf(answer) !== undefined, {
		path: ['balance'],
		message: 'is not a decimal number',
	});

/** The credit of an organization, with everything else that Runflow says about it beside. */
export type Balance = Record<string, unknown> & {
	/** A decimal string. */
	balance: string;
};

/** Reads the organization's credit. @throws as `Api.call`, RunflowAnswerError where no amount is told included */
export async function getBalance(api: Api): Promise<Balance> {
	const answer = await api.call({
		method: 'GET',
		path: '/v1/billing/balance',
		retry: 'repeatable',
		schema: balanceSchema,
	});
	return { ...answer, balance: amountOf(answer) ?? '' };
}

/** The amount that is told, as a decimal string. */
function amountOf({
	balance,
	balance_cents: cents,
}: {
	balance?: string | number | null;
	balance_cents?: number | null;
}): string | undefined {
	const told = costText(balance)?.trim();
	if (told !== undefined && isDecimal(told)) return told;
	return typeof cents === 'number' ? decimalOfCents(cents) : undefined;
}
