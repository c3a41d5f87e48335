import { listBatchItems, mediaUrls, type Api, type BatchItem } from '../../runflow';

const REMEMBERED_MS = 60_000;

/** The rows of batches, read again for fresh links: each batch once a minute, however many files ask. */
export class BatchRows {
	private readonly api: Api;
	private readonly readings = new Map<string, { at: number; rows: Promise<BatchItem[]> }>();

	constructor(api: Api) {
		this.api = api;
	}

	/**
	 * Another link to the file of a row: the one with the same path, or else in the same place.
	 *
	 * @param links all links of the row as they were known, `url` among them
	 * @returns `undefined` when the row has no such file any more
	 */
	async freshUrl(
		batchId: string,
		sequenceIndex: number,
		url: string,
		links: readonly string[],
	): Promise<string | undefined> {
		const rows = await this.read(batchId);
		const row = rows.find(({ sequence_index }) => sequence_index === sequenceIndex);
		const fresh = mediaUrls(row?.output);
		const path = withoutQuery(url);
		return (
			fresh.find((candidate) => withoutQuery(candidate) === path) ??
			(fresh.length === links.length ? fresh[links.indexOf(url)] : undefined)
		);
	}

	private async read(batchId: string): Promise<BatchItem[]> {
		const known = this.readings.get(batchId);
		if (known && Date.now() - known.at < REMEMBERED_MS) return await known.rows;
		const rows = listBatchItems(this.api, batchId);
		this.readings.set(batchId, { at: Date.now(), rows });
		return await rows;
	}
}

function withoutQuery(url: string): string {
	return url.replace(/[?#].*$/s, '');
}
