import { Activity } from './activity.ts';
import type { Asset } from './assetRoutes.ts';
import { BatchRunner } from './batchRunner.ts';
import type { Batch } from './batch.ts';
import { Callbacks } from './callbacks.ts';
import { createCatalogue } from './catalogue.ts';
import { CallbackFaults, FaultRules } from './faults.ts';
import { Idempotency } from './idempotency.ts';
import { Ledger } from './ledger.ts';
import type { Catalogue } from './modelTypes.ts';
import type { ResolvedOptions } from './options.ts';
import type { Readings } from './readings.ts';
import type { ResultFile } from './resultFile.ts';
import { Secrets } from './secrets.ts';
import { SignedUrls } from './signedUrls.ts';

/** Choices where the documentation leaves room; tests may change them at any time. */
export interface Settings extends Readings {
	/** Embeds that models know; any other name is a 422. */
	modelEmbeds: string[];
}

/** Everything that one emulator knows. */
export class World {
	readonly options: ResolvedOptions;
	readonly settings: Settings;
	/** Set once the port is known. */
	baseUrl = '';
	readonly activity = new Activity();
	readonly catalogue: Catalogue = createCatalogue();
	readonly batches = new Map<string, Batch>();
	/** Runs by themselves, oldest first. */
	readonly runs = new Map<string, Batch>();
	readonly files = new Map<string, ResultFile>();
	readonly assets = new Map<string, Asset>();
	readonly idempotency: Idempotency;
	readonly faults = new FaultRules();
	readonly callbackFaults = new CallbackFaults();
	readonly secrets = new Secrets();
	readonly ledger: Ledger;
	readonly urls: SignedUrls;
	readonly callbacks: Callbacks;
	readonly runner: BatchRunner;

	constructor(options: ResolvedOptions) {
		this.options = options;
		this.settings = {
			...options.readings,
			modelEmbeds: ['inputs', 'outputs', 'model_creator'],
		};
		this.idempotency = new Idempotency(this.settings);
		this.ledger = new Ledger(options.balance);
		this.urls = new SignedUrls(() => this.baseUrl, options.signedUrlTtlMs);
		this.callbacks = new Callbacks(this);
		this.runner = new BatchRunner(this, (batch) => this.#ended(batch));
		if (options.callbackSecret !== null) this.secrets.create('first', options.callbackSecret);
	}

	#ended(batch: Batch): void {
		const cents = batch.items.reduce((sum, item) => sum + (item.costCents ?? 0), 0);
		this.ledger.settle(batch.id, cents);
		if (batch.callbackUrl !== null) this.callbacks.deliver(batch, true);
	}
}
