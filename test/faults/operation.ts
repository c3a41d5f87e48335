import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Emulator } from '../emulator/emulator.ts';
import type { FakeBinaries } from '../fakes/binaries.ts';
import type { FaultClass } from './fault.ts';

/**
 * What a request is, which decides on whether it may be sent again:
 * `read` GET of JSON; `keyed` POST with an Idempotency-Key; `write` PATCH or POST that does the
 * same however often it arrives; `once` POST that does more each time; `put` the bytes of a file to
 * its presigned address; `file` GET of a file by its signed link; `spare` GET of what the node can do
 * without.
 */
export type CallClass = 'read' | 'keyed' | 'write' | 'once' | 'put' | 'file' | 'spare';

/** One kind of request that an operation makes. */
export interface Call {
	name: string;
	/** On `METHOD path?query`. */
	on: RegExp;
	class: CallClass;
	/** A field without which the answer is of no use; absent where the docs promise none. */
	needs?: string;
	/** Asked again by polling until the time limit, two rounds here. */
	polled?: boolean;
	/** How many requests of this kind are left alone before the fault. */
	skip?: number;
	/** Classes of faults that come to another end here, which a test of its own looks at. */
	unless?: FaultClass[];
	/** After a failure that may have done the work it is looked for, several times, before it is sent again. */
	sought?: boolean;
}

/** What a run needs and finds beforehand. */
export interface Stage {
	emulator: Emulator;
	/** Where callbacks of batches go. */
	receiver: string;
	ids: Record<string, string>;
	binaries: FakeBinaries;
}

/** The operation's own name: what stands behind a comma tells how it is used. */
export function baseName(name: string): string {
	return name.replace(/,.*/, '');
}

/** How the matrix runs one operation of the node. */
export interface Operation {
	/** Makes what the operation is about. */
	prepare?(stage: Stage): Promise<Record<string, string>>;
	/** Its batches stay unfinished until the node has asked once. */
	held?: boolean;
	parameters(ids: Record<string, string>): IDataObject;
	items?(binaries: FakeBinaries): INodeExecutionData[];
	/** Every kind of request that an undisturbed run makes, in their order. */
	calls: Call[];
	/** How much a run may leave behind at the most. */
	leaves?: { batches?: number; runs?: number; deliveries?: number; secrets?: number };
	/** What of a result, as JSON text, is the same in every run. */
	same?(result: string): string;
	/** What is wrong with a result, beyond its JSON. */
	check?(stage: Stage, output: INodeExecutionData[]): Promise<string[]>;
}
