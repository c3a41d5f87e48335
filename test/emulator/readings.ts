import type { CursorStyle } from './listing.ts';

/**
 * How the emulator reads what Runflow's docs leave open. The defaults are the convenient readings;
 * a client has to get along with every one of them. Tests may change them at any time.
 */
export interface Readings {
	/** A duplicate that comes while the first creation is worked on: waits for its answer, or a 409. */
	inFlightDuplicate: 'wait' | 'conflict';
	/** Whether a refusal or a failure of a creation is kept under its Idempotency-Key and replayed. */
	rememberFailures: boolean;
	/** How often a finished batch, and how often its items, still read as running. */
	staleReads: number;
	/** State of a finished batch's rows that did not succeed: the right one, or one that tells nothing. */
	unsuccessfulRows: 'documented' | 'expired' | 'running';
	/** The `sequence_index` of a batch's first item. */
	firstSequence: 0 | 1;
	/** What of the items a finished batch's `output` holds, in callbacks and when it is read. */
	batchOutput: 'whole' | 'part' | 'none';
	/** Whether `cost` is a JSON number instead of a decimal string. */
	numericCost: boolean;
	/** The amount in the answer to GET /v1/billing/balance: a decimal string, or whole cents. */
	balanceForm: 'decimal' | 'cents';
	/** Whether errors come as `{error: {code, message, errors}}` instead of flat. */
	nestedErrors: boolean;
	/** Names and form of the cursors in lists. */
	cursorStyle: CursorStyle;
	/** Spelling of a cancelled item; batches and counters always have two l. */
	itemCancelSpelling: 'cancelled' | 'canceled';
}

/** The readings that are in force unless something else is said. */
export const CONVENIENT: Readings = {
	inFlightDuplicate: 'wait',
	rememberFailures: false,
	staleReads: 0,
	unsuccessfulRows: 'documented',
	firstSequence: 0,
	batchOutput: 'whole',
	numericCost: false,
	balanceForm: 'decimal',
	nestedErrors: false,
	cursorStyle: 'next',
	itemCancelSpelling: 'cancelled',
};
