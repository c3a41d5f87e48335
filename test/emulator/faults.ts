import type { ApiRequest } from './apiRequest.ts';

/** What can go wrong on the way between a client and the API. */
export type FaultKind =
	/** Answers `status` (503) with `headers`, `code` and `body`. */
	| 'status'
	/** Cuts the connection before any work is done. */
	| 'reset-before'
	/** Does the work, then cuts the connection: the acknowledgement is lost. */
	| 'reset-after'
	/** Waits `ms` before the work; a repeat with the same Idempotency-Key meets it in flight. */
	| 'slow-work'
	/** Does the work, then waits `ms` before the first byte. */
	| 'slow-headers'
	/** Sends half of the body, then waits `ms` before the rest. */
	| 'slow-body'
	/** Promises the whole body, sends half of it and cuts the connection. */
	| 'truncated'
	/** Sends half of the body, then nothing more. */
	| 'never-ends'
	/** Answers text that is no JSON under the status of the real answer. */
	| 'not-json'
	/** Answers 502 with a page of HTML, as proxies do. */
	| 'html-502'
	/** Answers 200 with an error envelope. */
	| 'error-in-200'
	/** Leaves the named `fields` out of a 2xx answer. */
	| 'missing-fields'
	/** Answers `status` (302) with `location`. */
	| 'redirect'
	/** Never answers. */
	| 'hang';

/** A rule that spoils the next matching requests. */
export interface FaultRule {
	/** `METHOD path` with `*` for anything, a RegExp on `METHOD path?query`, or a predicate. */
	on: string | RegExp | ((request: ApiRequest) => boolean);
	kind: FaultKind;
	/** How many requests to spoil; Infinity for all. */
	times: number;
	/** How many matching requests to let pass first. */
	skip?: number;
	/** Do the work (create the batch) although the answer is spoilt; some kinds always do. */
	work?: boolean;
	ms?: number;
	status?: number;
	headers?: Record<string, string>;
	code?: string;
	body?: unknown;
	fields?: string[];
	location?: string;
}

interface ArmedRule {
	rule: FaultRule;
	matches: (request: ApiRequest) => boolean;
	skip: number;
	left: number;
}

/** The rules in force; each request is spoilt by the first that matches. */
export class FaultRules {
	#rules: ArmedRule[] = [];

	add(rule: FaultRule): void {
		this.#rules.push({ rule, matches: matcher(rule.on), skip: rule.skip ?? 0, left: rule.times });
	}

	clear(): void {
		this.#rules = [];
	}

	/** The rules that still have requests to spoil. */
	get pending(): { rule: FaultRule; left: number }[] {
		return this.#rules.map(({ rule, left }) => ({ rule, left }));
	}

	/** Takes the rule for a request, counting it as used. */
	take(request: ApiRequest): FaultRule | null {
		for (const armed of this.#rules) {
			if (!armed.matches(request)) continue;
			if (armed.skip > 0) {
				armed.skip -= 1;
				continue;
			}
			armed.left -= 1;
			if (armed.left <= 0) this.#rules = this.#rules.filter((other) => other !== armed);
			return armed.rule;
		}
		return null;
	}
}

function matcher(on: FaultRule['on']): (request: ApiRequest) => boolean {
	if (typeof on === 'function') return on;
	if (on instanceof RegExp) {
		const pattern = new RegExp(on.source, on.flags.replace(/[gy]/g, ''));
		return (request) => pattern.test(`${request.method} ${request.target}`);
	}
	const escaped = on.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
	const pattern = new RegExp(`^${escaped}$`);
	return (request) => pattern.test(`${request.method} ${request.path}`);
}

/** What can go wrong with callbacks on their way out. */
export interface CallbackFault {
	kind: 'duplicate' | 'tamper-body' | 'tamper-signature' | 'no-signature' | 'delay';
	/** How many attempts to spoil. */
	times: number;
	/** How many attempts to let pass first. */
	skip?: number;
	/** For `delay`. */
	ms?: number;
}

/** The callback faults in force, used up in the order they were added. */
export class CallbackFaults {
	#faults: CallbackFault[] = [];

	add(fault: CallbackFault): void {
		this.#faults.push({ ...fault });
	}

	clear(): void {
		this.#faults = [];
	}

	get pending(): readonly CallbackFault[] {
		return this.#faults;
	}

	/** Takes the fault for the next attempt. */
	take(): CallbackFault | null {
		const first = this.#faults[0];
		if (!first) return null;
		if (first.skip) {
			first.skip -= 1;
			return null;
		}
		first.times -= 1;
		if (first.times <= 0) this.#faults.shift();
		return first;
	}
}
