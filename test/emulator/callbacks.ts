import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { batchAsRead } from './asRead.ts';
import { callbackPayload } from './batch.ts';
import type { Batch } from './batch.ts';
import { CallbackSender } from './callbackSender.ts';
import type { SendResult } from './callbackSender.ts';
import { now } from './clock.ts';
import type { Delivery } from './delivery.ts';
import type { CallbackFault } from './faults.ts';
import { newId } from './ids.ts';
import { pythonJson } from './pythonJson.ts';
import { ApiError } from './reply.ts';
import { runCallbackPayload } from './run.ts';
import type { World } from './world.ts';

/** Delivers callbacks: frozen bytes, signature, retries, and the ledger of it all. */
export class Callbacks {
	#world: World;
	#sender = new CallbackSender();
	#stopped = false;

	constructor(world: World) {
		this.#world = world;
	}

	/** Starts a delivery; refuses while another one of the batch is on its way. */
	deliver(batch: Batch, isAutomatic: boolean): Delivery {
		if (batch.deliveries.at(-1)?.statusCode === 'pending') {
			const msg = 'A callback delivery for this batch is already in flight';
			throw new ApiError(422, 'VALIDATION_ERROR', msg, [
				{ error_type: 'conflict', loc: ['batch_id'], msg, type: 'conflict' },
			]);
		}
		const { urls, secrets, options, activity, settings } = this.#world;
		const payload = batch.isRun
			? runCallbackPayload(batch, urls)
			: batchAsRead(callbackPayload(batch, urls), settings);
		const at = now();
		const delivery: Delivery = {
			id: newId(),
			batchId: batch.id,
			callbackUrl: batch.callbackUrl ?? '',
			payload,
			payloadBytes: Buffer.from(pythonJson(payload), 'latin1'),
			secret: secrets.current,
			isAutomatic,
			statusCode: 'pending',
			failureReasonCode: null,
			failureDetail: null,
			maxAttempts: options.retryDelaysMs.length + 1,
			nextAttemptAt: at,
			createdAt: at,
			updatedAt: at,
			completedAt: null,
			attempts: [],
		};
		batch.deliveries.push(delivery);
		activity.begin();
		activity.after(0, () => void this.#attempt(delivery));
		return delivery;
	}

	stop(): void {
		this.#stopped = true;
		this.#sender.stop();
	}

	async #attempt(delivery: Delivery): Promise<void> {
		const { options, activity } = this.#world;
		const startedAt = now();
		delivery.nextAttemptAt = null;
		const result = await this.#send(delivery);
		if (this.#stopped) return;
		const number = delivery.attempts.length + 1;
		delivery.attempts.push({
			id: newId(),
			number,
			statusCode: result.status,
			responseBody: result.body,
			responseTimeMs: Math.round((now() - startedAt) / 1000),
			errorMessage: result.message,
			createdAt: startedAt,
		});
		delivery.updatedAt = now();
		const outcome = result.status ?? result.problem;
		const { origin, pathname } = new URL(delivery.callbackUrl);
		options.log(
			`callback of ${delivery.batchId}, attempt ${number} to ${origin}${pathname}: ${outcome}`,
		);
		const isGood = result.status !== null && result.status >= 200 && result.status < 300;
		const pause = options.retryDelaysMs[number - 1];
		if (!isGood && pause !== undefined) {
			delivery.nextAttemptAt = now() + pause * 1000;
			activity.after(pause, () => void this.#attempt(delivery));
			return;
		}
		delivery.statusCode = isGood ? 'succeeded' : 'failed';
		if (!isGood) {
			delivery.failureReasonCode = result.problem ?? 'http_error';
			delivery.failureDetail = result.message ?? `The receiver answered ${result.status}`;
		}
		delivery.completedAt = now();
		activity.end();
	}

	async #send(delivery: Delivery): Promise<SendResult> {
		const { callbackFaults, options } = this.#world;
		const fault = callbackFaults.take();
		if (fault?.kind === 'delay') await sleep(fault.ms ?? 0, undefined, { ref: false });
		const { headers, body } = this.#compose(delivery, fault);
		const post = () =>
			this.#sender.send(delivery.callbackUrl, headers, body, options.callbackTimeoutMs);
		const result = await post();
		if (fault?.kind === 'duplicate') await post();
		return result;
	}

	#compose(delivery: Delivery, fault: CallbackFault | null) {
		const headers: Record<string, string> = {
			'Content-Type': 'application/json',
			'Runflow-Request-Id': `req_${randomUUID().replaceAll('-', '')}`,
		};
		const { secret, payloadBytes } = delivery;
		if (secret && fault?.kind !== 'no-signature') {
			const signature = createHmac('sha256', secret.plain).update(payloadBytes).digest('hex');
			headers['Runflow-Signature'] =
				fault?.kind === 'tamper-signature' ? tampered(signature, 63) : signature;
			const known = this.#world.secrets.byId.get(secret.id);
			if (known) known.lastUsedAt = now();
		}
		if (fault?.kind !== 'tamper-body') return { headers, body: payloadBytes };
		const text = payloadBytes.toString('latin1');
		return { headers, body: Buffer.from(tampered(text, text.indexOf(delivery.batchId)), 'latin1') };
	}
}

/** The text with the hex digit at a place replaced by another one. */
function tampered(text: string, at: number): string {
	return text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1);
}
