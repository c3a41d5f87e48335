import { works, type Outcome } from './outcome.ts';

/**
 * Tries out one version after the other. What goes wrong on one, a run that writes no report as well,
 * counts as a failure of that version and stops no other.
 *
 * @param keep gets what was seen
 * @param log gets what went wrong
 * @returns how many versions failed
 */
export async function tryEach(
	versions: string[],
	tryOut: (version: string) => Promise<Outcome>,
	keep: (outcome: Outcome) => Promise<void>,
	log: (line: string) => void,
): Promise<number> {
	let failed = 0;
	for (const version of versions) {
		try {
			const outcome = await tryOut(version);
			await keep(outcome);
			if (!works(outcome)) failed++;
		} catch (error) {
			log(`n8n ${version}: ${(error as Error).message}`);
			failed++;
		}
	}
	return failed;
}
