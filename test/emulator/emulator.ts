import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

import { checkAccess } from './access.ts';
import { addAccountRoutes } from './accountRoutes.ts';
import { readRequest } from './apiRequest.ts';
import type { ApiRequest } from './apiRequest.ts';
import { errorAsRead } from './asRead.ts';
import { addAssetRoutes } from './assetRoutes.ts';
import type { Asset } from './assetRoutes.ts';
import { addBatchRoutes } from './batchRoutes.ts';
import type { Batch } from './batch.ts';
import { addCallbackRoutes } from './callbackRoutes.ts';
import { addControlRoutes } from './controlRoutes.ts';
import { deliveryView } from './delivery.ts';
import { doesWork, spoiltReply } from './faultyReply.ts';
import type { CallbackFaults, FaultRules } from './faults.ts';
import { addFileRoutes } from './fileRoutes.ts';
import type { Charge } from './ledger.ts';
import { addModelRoutes } from './modelRoutes.ts';
import { resolveOptions } from './options.ts';
import type { EmulatorOptions } from './options.ts';
import type { RecordedRequest } from './recordedRequest.ts';
import { ApiError, errorReply } from './reply.ts';
import type { Reply } from './reply.ts';
import { Router } from './router.ts';
import { addRunRoutes } from './runRoutes.ts';
import { addSecretRoutes } from './secrets.ts';
import { send, sendFaulty } from './send.ts';
import { World } from './world.ts';
import type { Settings } from './world.ts';

export type { Asset } from './assetRoutes.ts';
export type { Batch, BatchItem, StatusCode } from './batch.ts';
export type { CallbackFault, FaultKind, FaultRule } from './faults.ts';
export type { Charge } from './ledger.ts';
export type { EmulatorOptions } from './options.ts';
export type { RecordedRequest } from './recordedRequest.ts';
export type { Readings } from './readings.ts';

/** A Runflow API on this machine. */
export class Emulator {
	readonly requests: RecordedRequest[] = [];
	/** Sockets accepted so far. */
	connections = 0;
	/** Requests received so far. */
	requestCount = 0;
	#world: World;
	#router = new Router();
	#server: Server;
	#sockets = new Set<Socket>();

	/** Use `startEmulator`. */
	constructor(world: World) {
		this.#world = world;
		const { tls } = world.options;
		const listener = (message: IncomingMessage, response: ServerResponse) =>
			void this.#serve(message, response);
		this.#server = tls ? createTlsServer(tls, listener) : createServer(listener);
		this.#server.keepAliveTimeout = 60_000;
		this.#server.on('connection', (socket: Socket) => {
			this.connections += 1;
			this.#sockets.add(socket);
			socket.on('close', () => this.#sockets.delete(socket));
		});
		addBatchRoutes(this.#router, world);
		addRunRoutes(this.#router, world);
		addCallbackRoutes(this.#router, world);
		addFileRoutes(this.#router, world);
		addAccountRoutes(this.#router, world);
		addModelRoutes(this.#router, world);
		addAssetRoutes(this.#router, world);
		addSecretRoutes(this.#router, world);
		addControlRoutes(this.#router, world, this);
	}

	get url(): string {
		return this.#world.baseUrl;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	get apiKey(): string {
		return this.#world.options.apiKey;
	}

	get organizationId(): string {
		return this.#world.options.organizationId;
	}

	/** The secret that signs now, in plain; null when callbacks go unsigned. */
	get callbackSecret(): string | null {
		return this.#world.secrets.current?.plain ?? null;
	}

	/** Every batch by id. */
	get batches(): ReadonlyMap<string, Batch> {
		return this.#world.batches;
	}

	/** Every run by itself, by id; kept as a batch of one item. */
	get runs(): ReadonlyMap<string, Batch> {
		return this.#world.runs;
	}

	/** What was billed: one entry per created batch or run. */
	get charges(): readonly Charge[] {
		return this.#world.ledger.charges;
	}

	/** Uploads and assets by id, with the bytes that were stored. */
	get assets(): ReadonlyMap<string, Asset> {
		return this.#world.assets;
	}

	get faults(): FaultRules {
		return this.#world.faults;
	}

	get callbackFaults(): CallbackFaults {
		return this.#world.callbackFaults;
	}

	/** Choices where the documentation leaves room, to be changed at will. */
	get settings(): Settings {
		return this.#world.settings;
	}

	/** Sets the credit in dollars. */
	setBalance(dollars: number): void {
		this.#world.ledger.balanceCents = Math.round(dollars * 100);
	}

	/** The delivery ledger of a batch as the API shows it, newest first. */
	deliveries(batchId: string): Record<string, unknown>[] {
		const { batches, runs } = this.#world;
		return ((batches.get(batchId) ?? runs.get(batchId))?.deliveries ?? [])
			.map(deliveryView)
			.reverse();
	}

	/** Keeps batches running until `finish` or `release`. */
	holdBatches(): void {
		this.#world.runner.hold();
	}

	/** Ends a batch now. */
	finish(batchId: string): void {
		this.#world.runner.finish(batchId);
	}

	/** Lets held batches go on. */
	release(): void {
		this.#world.runner.release();
	}

	/** Makes a new signing secret the current one and gives it back in plain. */
	rotateSecret(plain?: string): string {
		const secret = this.#world.secrets.create('rotated', plain);
		this.#world.secrets.promote(secret);
		return secret.plain;
	}

	/** Resolves when no batch runs and no callback is on its way; held batches keep it waiting. */
	settled(): Promise<void> {
		return this.#world.activity.idle();
	}

	/** Listens on 127.0.0.1; `startEmulator` does this. */
	async listen(): Promise<void> {
		const { port, tls } = this.#world.options;
		await new Promise<void>((resolve, reject) => {
			this.#server.once('error', reject);
			this.#server.listen(port, '127.0.0.1', resolve);
		});
		this.#world.baseUrl = `${tls ? 'https' : 'http'}://127.0.0.1:${this.port}`;
	}

	/** Stops everything at once. */
	async close(): Promise<void> {
		this.#world.callbacks.stop();
		this.#world.activity.stop();
		const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
		for (const socket of this.#sockets) socket.destroy();
		await closed;
	}

	async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
		const at = Date.now();
		let request: ApiRequest;
		try {
			request = await readRequest(message);
		} catch {
			return;
		}
		this.requestCount += 1;
		const record = this.#record(request, at);
		response.on('close', () => {
			const status = response.headersSent ? response.statusCode : 0;
			if (record) record.status = status;
			const { method, path } = request;
			this.#world.options.log(`${method} ${path} ${status || 'cut'} ${Date.now() - at} ms`);
		});
		const rule = request.path.startsWith('/_emulator') ? null : this.#world.faults.take(request);
		if (rule?.kind === 'slow-work') request.workDelayMs = rule.ms ?? 1000;
		const real = !rule || doesWork(rule) ? await this.#answer(request) : null;
		const spoilt = rule ? spoiltReply(rule, real) : real;
		if (spoilt && !real) this.#world.idempotency.noteFailure(request, spoilt);
		const reply = spoilt && errorAsRead(spoilt, this.#world.settings);
		if (reply) {
			if (record) record.status = reply.status;
			const id = `req_${randomUUID().replaceAll('-', '')}`;
			reply.headers = { ...reply.headers, 'Runflow-Request-Id': id };
		}
		if (rule) sendFaulty(response, reply, rule, this.#world.activity);
		else if (reply) send(response, reply);
	}

	#record(request: ApiRequest, at: number): RecordedRequest | null {
		if (!this.#world.options.recordRequests) return null;
		const { method, target, headers, body } = request;
		const record = { method, path: target, headers, body, status: 0, at };
		this.requests.push(record);
		return record;
	}

	async #answer(request: ApiRequest): Promise<Reply> {
		try {
			const { apiKey, organizationId } = this.#world.options;
			checkAccess(request, apiKey, organizationId);
			return await this.#router.run(request);
		} catch (error) {
			if (error instanceof ApiError) return errorReply(error);
			this.#world.options.log(`failed: ${(error as Error).stack}`);
			return errorReply(new ApiError(500, 'INTERNAL_ERROR', 'The emulator failed'));
		}
	}
}

/** Starts an emulator and resolves once it listens. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const emulator = new Emulator(new World(resolveOptions(options)));
	await emulator.listen();
	return emulator;
}
