import { idempotencyKey } from '../batches/idempotency';
import type { Run } from './runSchema';

/** Where a person's own label stands while the run's `client_ref` is one of ours. */
const LABEL = 'client_ref';
const OWN_REF = /^n8n-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A `client_ref` by which a run is found again after its answer was lost: no other run has it, and
 * nothing in it has to be escaped in a filter.
 *
 * @param parts what makes the creation the same one
 */
export function ownRef(parts: ReadonlyArray<string | number>): string {
	return `n8n-${idempotencyKey(parts)}`;
}

/** The metadata of a run with a person's label in it; a field of that name which is there stays. */
export function withLabel(
	metadata: Record<string, unknown> | undefined,
	label: string | undefined,
): Record<string, unknown> | undefined {
	return label === undefined ? metadata : { [LABEL]: label, ...metadata };
}

/** The label that a person gave a run, as far as the run tells. */
export function labelOf({
	client_ref: ref,
	metadata,
}: Pick<Run, 'client_ref' | 'metadata'>): string | null {
	if (!ref || !OWN_REF.test(ref)) return ref ?? null;
	const label = metadata?.[LABEL];
	return typeof label === 'string' ? label : null;
}
