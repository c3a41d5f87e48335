import { z } from 'zod';

import { costText } from '../batches/cost';
import type { Api } from '../http/api';
import { RunflowAnswerError } from '../http/errors';
import { decimalOfCents, isDecimal } from './decimal';

const amount = z.union([z.string(), z.number()]).nullish();

/**
 * Answer to GET /v1/billing/balance. Runflow's API reference has `balance`, a decimal string, its page
 * on pricing `balance_cents`, a whole number, and `currency`; both are read.
 */
const balanceSchema = z
	.object({ balance: amount, balance_cents: z.number().int().nullish() })
	.passthrough();

/** The credit of an organization, with everything else that Runflow says about it beside. */
export type Balance = Record<string, unknown> & {
	/** A decimal string. */
	balance: string;
};

/** Reads the organization's credit. @throws as `Api.call`; RunflowAnswerError where no amount is told */
export async function getBalance(api: Api): Promise<Balance> {
	const answer = await api.call({
		method: 'GET',
		path: '/v1/billing/balance',
		retry: 'repeatable',
		schema: balanceSchema,
	});
	const { balance, balance_cents: cents } = answer;
	const told = costText(balance)?.trim();
	if (told !== undefined && isDecimal(told)) return { ...answer, balance: told };
	if (typeof cents === 'number') return { ...answer, balance: decimalOfCents(cents) };
	throw new RunflowAnswerError('balance: is no decimal number', 200);
}
