/** What community nodes commonly do: a loop over the items, a request each through n8n's helper. */
class Rival {
	description = {
		displayName: 'Rival',
		name: 'rival',
		group: ['transform'],
		version: 1,
		description: 'Sends one request for each item, or for each hundred of them',
		defaults: { name: 'Rival' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'httpHeaderAuth', required: true }],
		properties: [
			{ displayName: 'URL', name: 'url', type: 'string', default: '' },
			{ displayName: 'Chunk', name: 'chunk', type: 'number', default: 0 },
			{ displayName: 'Row', name: 'row', type: 'json', default: '' },
		],
	};

	async execute() {
		const items = this.getInputData();
		const { name, value } = await this.getCredentials('httpHeaderAuth');
		const chunk = this.getNodeParameter('chunk', 0);
		const results = [];
		const rows = chunk ? items.map((_, i) => this.getNodeParameter('row', i)) : [];
		for (let i = 0; i < items.length; i += chunk || 1) {
			const answer = await this.helpers.httpRequest({
				method: chunk ? 'POST' : 'GET',
				url: this.getNodeParameter('url', i),
				headers: { [name]: value },
				json: true,
				...(chunk ? { body: { input: rows.slice(i, i + chunk) } } : {}),
			});
			results.push(...[answer].flat().map((json) => ({ json, pairedItem: { item: i } })));
		}
		return [results];
	}
}

module.exports = { Rival };
