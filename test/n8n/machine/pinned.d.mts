/** Which n8n is installed, from where, and to where. */
export interface PinnedN8n {
	/** The folder with the package.json and the lock file that pin it. */
	host: string;
	/** SHA-256 of the lock file. */
	lock: string;
	/** The folder it is installed into. */
	home: string;
	/** n8n's version. */
	n8n: string;
	/** Version of the database module. */
	sqlite3: string;
}

/** The n8n that `host/package-lock.json` pins, and the folder of this machine that it belongs in. */
export function pinnedN8n(): PinnedN8n;
