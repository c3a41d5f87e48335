import { CONVENIENT } from './readings.ts';
import type { Readings } from './readings.ts';

/** How an emulator is set up; everything has a default. */
export interface EmulatorOptions {
	/** Port on 127.0.0.1; 0 takes any free one. */
	port?: number;
	apiKey?: string;
	organizationId?: string;
	/** First callback signing secret in plain; null: the organization has none and callbacks go unsigned. */
	callbackSecret?: string | null;
	/** Credit of the organization in dollars. */
	balance?: number;
	/** Time a batch takes. */
	processingMs?: number;
	/** Pauses after failed callback attempts; one more attempt than there are pauses. */
	retryDelaysMs?: number[];
	callbackTimeoutMs?: number;
	/** Life of download and upload URLs. */
	signedUrlTtlMs?: number;
	tls?: { key: string; cert: string };
	/** Keep every request in `requests`; switch off for long or heavy runs. */
	recordRequests?: boolean;
	/** Readings of what the docs leave open, where they are not the convenient ones. */
	readings?: Partial<Readings>;
	/** Gets one line per request and per callback attempt, never bodies or secrets. */
	log?: (line: string) => void;
}

/** The options with every default filled in. */
export interface ResolvedOptions {
	port: number;
	apiKey: string;
	organizationId: string;
	callbackSecret: string | null;
	balance: number;
	processingMs: number;
	retryDelaysMs: number[];
	callbackTimeoutMs: number;
	signedUrlTtlMs: number;
	tls: { key: string; cert: string } | undefined;
	recordRequests: boolean;
	readings: Readings;
	log: (line: string) => void;
}

/** Fills in the defaults. */
export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
	return {
		port: options.port ?? 0,
		apiKey: options.apiKey ?? 'rf_live_emulator',
		organizationId: options.organizationId ?? '5f0e7a1c-3b52-4d8e-9a41-0c6d2e8b7f10',
		callbackSecret:
			options.callbackSecret === undefined
				? 'whsec_emulator_signing_secret'
				: options.callbackSecret,
		balance: options.balance ?? 1_000_000,
		processingMs: options.processingMs ?? 100,
		retryDelaysMs: options.retryDelaysMs ?? [200, 400, 800, 1600, 3200],
		callbackTimeoutMs: options.callbackTimeoutMs ?? 5000,
		signedUrlTtlMs: options.signedUrlTtlMs ?? 24 * 3600 * 1000,
		tls: options.tls,
		recordRequests: options.recordRequests ?? true,
		readings: { ...CONVENIENT, ...options.readings },
		log: options.log ?? (() => {}),
	};
}
