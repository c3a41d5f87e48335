/** A batch's terminal states; Runflow spells cancelled both ways, this is the one spelling here. */
export const TERMINAL_STATUSES = ['succeeded', 'failed', 'cancelled', 'partial_succeeded'] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/** The events of a batch callback, one for each terminal state. */
export const BATCH_EVENTS = [
	'batch.succeeded',
	'batch.failed',
	'batch.cancelled',
	'batch.partial_succeeded',
] as const;
export type BatchEvent = (typeof BATCH_EVENTS)[number];

/** One spelling for `canceled` and `cancelled`; any other status or event comes back unchanged. */
export function normalizeStatus(status: string): string {
	return status.replace(/canceled$/, 'cancelled');
}

/** The terminal state that a status code names, `undefined` while the batch is still going. */
export function terminalStatus(status: string | null | undefined): TerminalStatus | undefined {
	const normalized = normalizeStatus(status ?? '');
	return TERMINAL_STATUSES.find((terminal) => terminal === normalized);
}
