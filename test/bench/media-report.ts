import { duration, factor, machine, mebibytes, median, table } from './figures.ts';

/** One run of a node over files. */
export interface Transfer {
	ms: number;
	/** Memory at its peak beyond that at the start. */
	growthBytes: number;
}

/** A piece of work done by both, round by round. */
export interface Compared {
	name: string;
	megabytes: number;
	rounds: Record<'runflow' | 'httpRequest', Transfer[]>;
}

/** Downloads in an n8n of their own that has done nothing else: the first run, and those after it. */
export type Fresh = Record<'runflow' | 'httpRequest', Transfer[]>;

/** The report. */
export function mediaReport(work: Compared[], fresh: Fresh): string {
	const cold = (who: keyof Fresh, run: number) => mebibytes(fresh[who][run].growthBytes);
	return [
		'# Files',
		'',
		'Media > Download and Media > Upload next to n8n’s HTTP Request node on the same files, with binary data in the file system. The emulator is on loopback, so that the time is that of n8n and its disk.',
		'',
		`Made by \`npm run bench media\`. ${machine()}`,
		'',
		'## Time',
		'',
		'In the same n8n, in turns; medians of rounds. A ratio below 1: Runflow is faster. HTTP Request only sends the bytes to a link that was made for it; Upload also makes that link and completes the asset.',
		'',
		table(
			['', 'Ratio', 'Runflow', 'HTTP Request', 'Runflow, per second', 'HTTP Request, per second'],
			work.map(({ name, megabytes, rounds: { runflow, httpRequest } }) => [
				name,
				factor(middle(runflow) / middle(httpRequest)),
				duration(middle(runflow)),
				duration(middle(httpRequest)),
				`${(megabytes / (middle(runflow) / 1000)).toFixed(0)} MB`,
				`${(megabytes / (middle(httpRequest) / 1000)).toFixed(0)} MB`,
			]),
		),
		'',
		'## Memory',
		'',
		'By how much the resident memory of n8n exceeds, at its peak, what it was when 100 files of 10 MB began to be downloaded, each node in an n8n that was started for it. Bar: less than 64 MB.',
		'',
		table(
			['Download of 100 × 10 MB', 'Runflow', 'HTTP Request'],
			['First work of a new n8n', 'Second time', 'Third time'].map((name, run) => [
				name,
				cold('runflow', run),
				cold('httpRequest', run),
			]),
		),
		'',
		'No file is ever held whole, and it is the same with one file at a time as with five. What grows the first time is what Node lets pile up of the pieces of 64 KB, as sockets deliver them, before it collects garbage, and the code that is loaded then; it hardly grows again. A plain Node 24 that writes the same files from its own http client with `fs.writeFile`, and does nothing else, grows by 76 to 79 MiB, from undici by 87 to 90 MiB. With `NODE_OPTIONS=--max-semi-space-size=2` Node collects sooner, and n8n grew by 40 MiB instead of 56 MiB in two runs one after the other.',
		'',
	].join('\n');
}

const middle = (transfers: Transfer[]) => median(transfers.map(({ ms }) => ms));
