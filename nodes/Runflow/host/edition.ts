import type { BinaryHelperFunctions } from 'n8n-workflow';

import type { Clock, Download, EgressPolicy, Transport } from '../runflow';
import * as adapter from './adapter';

/** A stream as n8n's binary store takes it. */
type Stream = Exclude<Parameters<BinaryHelperFunctions['prepareBinaryData']>[0], Buffer>;

/** What this edition of the package sends requests with and tells the time by. */
export interface Edition {
	clock: Clock;
	/** @param context n8n's context that the requests are made for */
	transport(context: object, policy: EgressPolicy): Transport;
	toStream(download: Pick<Download, 'chunks' | 'close'>): Stream;
}

/** The choice is the build's: it puts another folder in the place of `adapter` (see gulpfile.js). */
const chosen: Edition = adapter;

/** Where a context may bring parts of its own, as those of tests do; n8n's have nothing there. */
export const EDITION = Symbol('Runflow edition');

/** The edition for an n8n context. */
export function editionOf(context: object): Edition {
	const own = (context as { [EDITION]?: Partial<Edition> })[EDITION];
	return own ? { ...chosen, ...own } : chosen;
}
