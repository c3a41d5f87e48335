'use strict';
// The build puts this file in front of the bundled client: an older Node cannot load undici, and
// would only say that it cannot read a property of something inside it.
(function refuseOldNode() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major > 22 || (major === 22 && minor >= 19)) return;
	throw new Error(
		`n8n-nodes-runflow needs Node 22.19 or newer, and n8n runs on Node ${process.versions.node}: ` +
			'start n8n with a newer Node, or from a newer Docker image of n8n.',
	);
})();
