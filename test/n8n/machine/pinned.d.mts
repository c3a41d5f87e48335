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

/** Names another n8n of `hosts/` for the demo and the end-to-end tests. */
export const VERSION_VARIABLE: string;

/** Versions of n8n that have a lock file in `hosts/`, oldest first. */
export function hostVersions(): string[];

/** Below 0 where the first of two versions is the older one. */
export function compareVersions(one: string, other: string): number;

/**
 * The n8n that the lock file in `hosts/<version>` pins, and the folder of this machine that it
 * belongs in. By default the one that the variable names, or the usual one. Throws for a version
 * that has none.
 */
export function pinnedN8n(version?: string): PinnedN8n;
