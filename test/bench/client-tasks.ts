/** One request of a load. */
export interface LoadRequest {
	method: 'GET' | 'POST';
	path: string;
	body?: string;
	/** The status that is part of the work; by default a success. */
	answers?: number;
}

/** Requests to send, so many at the same time. */
export interface Load {
	origin: string;
	apiKey: string;
	requests: LoadRequest[];
	concurrency: number;
	/** Connections to share; by default as many as requests at the same time. */
	connections?: number;
	http2?: boolean;
}

/** What a load took, in milliseconds; processor time is that of the sending process alone. */
export interface LoadCost {
	ms: number;
	cpuMs: number;
}

/** Callbacks to verify and to parse: the size of one, and how often to do it. */
export interface CallbackLoad {
	bytes: number;
	repeats: number;
}

/** What the program beside the benchmark does on request: what each task is given and gives. */
export interface Tasks {
	/** Sends GET requests for batches through the client of the package. */
	runflow: { load: Load & { batchIds: string[] }; result: LoadCost };
	/** Sends the requests through undici alone and parses the answers. */
	undici: { load: Load; result: LoadCost };
	/** Verifies and reads a callback with the client of the package; milliseconds for one. */
	readCallback: { load: CallbackLoad; result: number };
	/** HMAC and JSON.parse of the same bytes. */
	parseAlone: { load: CallbackLoad; result: number };
	/** Heap that a callback of so many bytes keeps, and its rows as items beside it, in bytes. */
	splitMemory: { load: number; result: { callback: number; rows: number } };
}
