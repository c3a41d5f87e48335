/** What is no file of the end-to-end tests. */
const OTHERS = ['demo', 'queue'];

/**
 * The names that `--only=` gives, each the beginning of a test file's name, or `demo` or `queue`.
 *
 * @param files names of the test files, without their endings
 * @throws for a name that is none of them: nothing would be tried, and nothing fail
 */
export function readOnly(args: string[], files: string[]): string[] {
	const names = args.flatMap((arg) => /^--only=(.*)$/.exec(arg)?.[1].split(',') ?? []);
	for (const name of names) {
		const isKnown = name !== '' && [...OTHERS, ...files].some((each) => each.startsWith(name));
		if (!isKnown) {
			throw new Error(
				`--only=${name} names no test; there are ${[...files, ...OTHERS].join(', ')}`,
			);
		}
	}
	return names;
}
