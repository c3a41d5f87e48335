// What the client needs of Node is told by what it can: a package that n8n verifies does not look at
// the process. Where this is missing, everything else would fail later and in worse words.
if (typeof URL.parse !== 'function') {
	throw new Error(
		'n8n-nodes-runflow-lite needs Node 22.19 or newer: start n8n with a newer Node, or from a newer Docker image of n8n.',
	);
}

export {};
