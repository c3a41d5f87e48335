/** What was found on a machine. */
export interface Found {
	/** Version of the Node that runs. */
	node: string;
	system: 'debian' | 'fedora' | 'macos' | 'other';
	/** Whether packages can be installed without sudo. */
	root: boolean;
	/** What is there; a tool that was not looked for is left out. */
	tools: Partial<Record<'python' | 'distutils' | 'make' | 'compiler', boolean>>;
	/** Whether a ready-made sqlite3 can be had, so that no tools are needed. */
	prebuilt: boolean;
	/** Where n8n goes. */
	folder: string;
	freeBytes: number;
	neededBytes: number;
}

/** The one message that names everything a machine lacks; nothing when it lacks nothing. */
export function missing(found: Found): string | undefined;

/** The same for this machine, for all of n8n or for building its database module alone. */
export function preflight(packages: boolean): string | undefined;
