import { dollars } from './batch.ts';

/** What a batch was billed. */
export interface Charge {
	batch_id: string;
	/** Decimal string in dollars: projected while the batch runs, then what its succeeded items cost. */
	amount: string;
}

/** The organization's credit and every charge against it: one per created batch. */
export class Ledger {
	readonly charges: Charge[] = [];
	balanceCents: number;
	#reserved = new Map<string, { charge: Charge; cents: number }>();

	constructor(balance: number) {
		this.balanceCents = Math.round(balance * 100);
	}

	/** Sets the projected cost of a new batch aside. */
	reserve(batchId: string, cents: number): void {
		const charge = { batch_id: batchId, amount: dollars(cents) };
		this.charges.push(charge);
		this.#reserved.set(batchId, { charge, cents });
		this.balanceCents -= cents;
	}

	/** Corrects the charge to the real cost, for items that did not succeed are not paid. */
	settle(batchId: string, cents: number): void {
		const reserved = this.#reserved.get(batchId);
		if (!reserved) return;
		reserved.charge.amount = dollars(cents);
		this.balanceCents += reserved.cents - cents;
		this.#reserved.delete(batchId);
	}
}
