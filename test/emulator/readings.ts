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
	/** HTTP status that answers the creation of a run. */
	runCreated: 200 | 201;
	/** Whether the creation of a run honours an Idempotency-Key. */
	runKeys: 'honoured' | 'ignored';
	/** Which filter the list of runs understands; the other one is a 422, and with `neither` both show all. */
	runFilter: 'EQ' | 'colon' | 'neither';
	/** How often a new run is missing from the list of runs. */
	unlistedReads: number;
	/** The amount in the answer to GET /v1/billing/balance: a decimal string, or whole cents. */
	balanceForm: 'decimal' | 'cents';
	/** Whether errors come as `{error: {code, message, errors}}` instead of flat. */
	nestedErrors: boolean;
	/** Names and form of the cursors in lists. */
	cursorStyle: CursorStyle;
	/** Spelling of a cancelled item or run; batches and counters always have two l. */
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
	runCreated: 201,
	runKeys: 'honoured',
	runFilter: 'EQ',
	unlistedReads: 0,
	balanceForm: 'decimal',
	nestedErrors: false,
	cursorStyle: 'next',
	itemCancelSpelling: 'cancelled',
};
