// Runs benchmarks, each of which prints its figures as Markdown:
//   node test/node24.mjs test/bench/bench.ts [name …]
export const benches: Record<string, () => Promise<{ run(): Promise<void> }>> = {
	client: async () => await import('./client.ts'),
	media: async () => await import('./media.ts'),
	requests: async () => await import('./requests.ts'),
	runs: async () => await import('./runs.ts'),
	scale: async () => await import('./scale.ts'),
	transports: async () => await import('./transports.ts'),
	trigger: async () => await import('./trigger.ts'),
	versions: async () => await import('./versions.ts'),
	wait: async () => await import('./wait.ts'),
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
	console.error(
		`There is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(benches).join(', ')}`,
	);
	process.exit(1);
}
for (const name of names.length > 0 ? names : Object.keys(benches)) {
	await (await benches[name]()).run();
}
