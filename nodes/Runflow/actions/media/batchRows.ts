import {
	getRun,
	mediaUrls,
	readListedRows,
	type Api,
	type Clock,
	type FullRow,
} from '../../runflow';

const REMEMBERED_MS = 60_000;

/**
 * The rows of batches, read again for fresh links: each batch once a minute, however many
 * files ask; a reading that failed is not remembered.
 */
export class BatchRows {
	private readonly api: Api;
	private readonly clock: Clock;
	private readonly readings = new Map<string, { at: number; rows: Promise<FullRow[]> }>();

	constructor(api: Api, clock: Clock) {
		this.api = api;
		this.clock = clock;
	}

	/**
	 * Another link to the file of a row: the one with the same path, if no other file has it, or else in
	 * the same place.
	 *
	 * @param of the row by its own id, or else by its place in the batch
	 * @param links all links of the row as they were known, `url` among them
	 * @returns `undefined` when the row has no such file any more
	 */
	async freshUrl(
		batchId: string,
		of: { id?: unknown; sequenceIndex?: unknown },
		url: string,
		links: readonly string[],
	): Promise<string | undefined> {
		const rows = await this.read(batchId);
		const row =
			rows.find(({ id }) => id !== null && id === of.id) ??
			rows.find(({ sequence_index: at }) => at !== null && at === of.sequenceIndex);
		return sameFile(mediaUrls(row?.output), url, links);
	}

	/** The same for a row that ran by itself. */
	async freshUrlOfRun(
		runId: string,
		url: string,
		links: readonly string[],
	): Promise<string | undefined> {
		return sameFile(mediaUrls((await getRun(this.api, runId)).output), url, links);
	}

	private async read(batchId: string): Promise<FullRow[]> {
		const known = this.readings.get(batchId);
		if (known && this.clock.now() - known.at < REMEMBERED_MS) return await known.rows;
		const rows = readListedRows(this.api, batchId, Infinity);
		this.readings.set(batchId, { at: this.clock.now(), rows });
		return await rows.catch((error: unknown) => {
			if (this.readings.get(batchId)?.rows === rows) this.readings.delete(batchId);
			throw error;
		});
	}
}

function sameFile(
	fresh: readonly string[],
	url: string,
	links: readonly string[],
): string | undefined {
	const path = withoutQuery(url);
	const samePath = (list: readonly string[]) =>
		[...new Set(list)].filter((link) => withoutQuery(link) === path);
	const [found, ...others] = samePath(fresh);
	// Some stores tell files apart by the query, in which the signature stands as well.
	if (found && others.length === 0 && samePath(links).length === 1) return found;
	return fresh.length === links.length ? fresh[links.indexOf(url)] : undefined;
}

function withoutQuery(url: string): string {
	return url.replace(/[?#].*$/s, '');
}
