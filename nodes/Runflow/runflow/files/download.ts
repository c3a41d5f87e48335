import { FileTransferError } from '../http/errors';
import { fileHeaders, fileUrl, type FileAccess } from './fileAccess';
import { describeFile } from './fileNames';
import { pauseBeforeRetry, readRetryAfter, RETRY_POLICY, withRetries } from '../http/retry';
import type { HttpResponse } from '../http/port';

/** What a download may take and how it goes on. */
export interface DownloadOptions {
	/** Largest size in bytes; counts what comes, whatever the headers say. */
	maxBytes: number;
	/** Another link to the same file, asked for once when the link no longer works. */
	freshUrl?: () => Promise<string | undefined>;
}

/** A file that is being fetched. */
export interface Download {
	/** The bytes; throws whatever goes wrong later than the start. */
	chunks: AsyncGenerator<Buffer, void, undefined>;
	/** Gives the file up, also where nobody began to read it. */
	close(): void;
	/** Without path separators, from Content-Disposition, the address or the type. */
	fileName: string;
	/** MIME type without parameters. */
	contentType: string;
	/** Where the host says it. */
	sizeBytes?: number;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
// A link that has expired is a 403 at most stores, a 400 or 401 at some, and 404 or 410 once cleared.
const LINK_GONE = new Set([400, 401, 403, 404, 410]);
// After this many bytes a connection counts as having worked, and failures are counted anew.
const PROGRESS_BYTES = 1_048_576;

/**
 * Starts a download. A connection that breaks off is taken up again where it ended, as long as the
 * file is provably the same (Range with If-Range and a strong ETag: RFC 9110, sections 13.1.5, 14.2).
 *
 * @param address https, or http on this machine where the API is there too; redirects are followed
 * up to 5 times, each checked like the first address
 * @throws FileTransferError, RunflowConnectionError, EgressRefusedError, RequestCancelledError; so
 * do the chunks
 */
export async function download(
	access: FileAccess,
	address: string,
	options: DownloadOptions,
): Promise<Download> {
	const transfer = new Transfer(access, address, options);
	const response = await transfer.open();
	return {
		chunks: transfer.bytes(response),
		close: () => response.close(),
		sizeBytes: transfer.total,
		...describeFile(transfer.url, response.headers),
	};
}

class Transfer {
	/** Where the file was found, after redirects. */
	url!: URL;
	/** Its length in bytes, where known. */
	total?: number;
	private position = 0;
	private etag?: string;
	private renewed = false;
	private address: string;
	private readonly access: FileAccess;
	private readonly options: DownloadOptions;

	constructor(access: FileAccess, address: string, options: DownloadOptions) {
		this.access = access;
		this.address = address;
		this.options = options;
	}

	/** Asks for the file from the present position on, with retries. */
	async open(): Promise<HttpResponse> {
		const { clock, retryPolicy: policy, signal } = this.access;
		return await withRetries('repeatable', async () => await this.ask(), { clock, policy, signal });
	}

	async *bytes(first: HttpResponse): AsyncGenerator<Buffer, void, undefined> {
		let body = first.chunks();
		let failures = 0;
		let lastFailureAt = 0;
		try {
			for (;;) {
				const step = await body.next().then(
					(result) => (result.done ? this.end() : { chunk: result.value }),
					(error: unknown) => ({ error }),
				);
				if (step === undefined) return;
				if ('chunk' in step) {
					this.count(step.chunk);
					yield step.chunk;
					continue;
				}
				if (this.position - lastFailureAt > PROGRESS_BYTES) failures = 0;
				lastFailureAt = this.position;
				body = await this.resume(step.error, ++failures);
			}
		} finally {
			await body.return();
		}
	}

	/** The body ended: nothing, or the failure that it was too early. */
	private end(): { error: FileTransferError } | undefined {
		if (this.total === undefined || this.position === this.total) return undefined;
		return { error: this.fault('incomplete', `ended after ${this.position} bytes`) };
	}

	private async resume(error: unknown, failures: number) {
		const { clock, retryPolicy: policy = RETRY_POLICY, signal } = this.access;
		const pauseMs = pauseBeforeRetry(error, 'repeatable', failures, { policy, clock });
		if (failures >= policy.attempts || pauseMs === undefined) throw error;
		if (this.position > 0 && this.etag === undefined) {
			throw this.fault(
				'incomplete',
				`broke off after ${this.position} bytes, and its host offers no way to continue from there`,
				{ cause: error },
			);
		}
		await clock.pause(pauseMs, signal);
		return (await this.open()).chunks();
	}

	private async ask(): Promise<HttpResponse> {
		const response = await this.follow();
		const { status, headers } = response;
		if (status === 200 && this.position === 0) {
			await this.begin(response);
			return response;
		}
		if (status === 206 && this.position > 0 && this.continues(headers)) return response;
		await response.discard();
		if (LINK_GONE.has(status) && !this.renewed && this.options.freshUrl) {
			this.renewed = true;
			const fresh = await this.options.freshUrl();
			if (fresh === undefined) throw this.refusal(status, headers);
			this.address = fresh;
			return await this.ask();
		}
		if (this.position > 0 && (status < 300 || status === 412 || status === 416)) {
			throw this.fault(
				'changed',
				`broke off after ${this.position} bytes, and its host does not continue from there: the file has changed, or is only sent whole`,
			);
		}
		throw this.refusal(status, headers);
	}

	private async follow(): Promise<HttpResponse> {
		const { transport, signal } = this.access;
		let url = fileUrl(this.access, this.address);
		for (let hops = 0; ; hops++) {
			const response = await transport.send({
				method: 'GET',
				url,
				headers: {
					...fileHeaders(this.access),
					accept: '*/*',
					'accept-encoding': 'identity',
					...(this.position > 0
						? { range: `bytes=${this.position}-`, 'if-range': this.etag ?? '' }
						: {}),
				},
				signal,
			});
			this.url = url;
			const { location } = response.headers;
			if (!REDIRECTS.has(response.status) || typeof location !== 'string') return response;
			await response.discard();
			if (hops >= MOST_REDIRECTS) {
				throw this.fault('address', `is redirected more than ${MOST_REDIRECTS} times`);
			}
			url = fileUrl(this.access, location, url);
		}
	}

	private async begin(response: HttpResponse): Promise<void> {
		const { headers } = response;
		const length = Number(headers['content-length'] ?? NaN);
		this.total = Number.isSafeInteger(length) ? length : undefined;
		const etag = String(headers.etag ?? '');
		this.etag = /^"[^"]*"$/.test(etag) ? etag : undefined;
		const encoding = headers['content-encoding'] ?? 'identity';
		const tooLarge = (this.total ?? 0) > this.options.maxBytes;
		if (!tooLarge && encoding === 'identity') return;
		await response.discard();
		throw tooLarge
			? this.tooLarge()
			: this.fault('changed', `is only sent encoded (${String(encoding)})`);
	}

	/** Whether an answer goes on exactly where the bytes so far end, in the same file. */
	private continues(headers: HttpResponse['headers']): boolean {
		const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(String(headers['content-range'] ?? ''));
		return (
			Number(range?.[1]) === this.position &&
			(this.total === undefined || range?.[2] === String(this.total)) &&
			(headers.etag === undefined || headers.etag === this.etag)
		);
	}

	private count(chunk: Buffer): void {
		this.position += chunk.length;
		if (this.position > this.options.maxBytes) throw this.tooLarge();
	}

	private tooLarge(): FileTransferError {
		return this.fault('size', `is larger than the ${this.options.maxBytes} bytes allowed`);
	}

	private refusal(status: number, headers: HttpResponse['headers']): FileTransferError {
		return this.fault('status', `cannot be fetched (HTTP status ${status})`, {
			status,
			retryAfterMs: readRetryAfter(headers['retry-after'], this.access.clock.now()),
		});
	}

	private fault(
		fault: FileTransferError['fault'],
		problem: string,
		options: { status?: number; retryAfterMs?: number; cause?: unknown } = {},
	): FileTransferError {
		const { host, pathname } = this.url;
		const name = pathname.split('/').pop() || '/';
		return new FileTransferError(fault, `The file ${name} on ${host} ${problem}`, options);
	}
}
