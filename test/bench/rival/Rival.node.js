/**
 * What community nodes commonly do: a loop over the items, a request each through n8n's helper; and
 * what they can do at best, several such loops at the same time.
 */
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
			{ displayName: 'At Once', name: 'atOnce', type: 'number', default: 1 },
			{ displayName: 'Row', name: 'row', type: 'json', default: '' },
		],
	};

	async execute() {
		const items = this.getInputData();
		const { name, value } = await this.getCredentials('httpHeaderAuth');
		const chunk = this.getNodeParameter('chunk', 0);
		const step = chunk || 1;
		const rows = chunk ? items.map((_, i) => this.getNodeParameter('row', i)) : [];
		const answers = [];
		const ask = async (i) => {
			const answer = await this.helpers.httpRequest({
				method: chunk ? 'POST' : 'GET',
				url: this.getNodeParameter('url', i),
				headers: { [name]: value },
				json: true,
				...(chunk ? { body: { input: rows.slice(i, i + chunk) } } : {}),
			});
			answers[i / step] = [answer].flat().map((json) => ({ json, pairedItem: { item: i } }));
		};
		let next = 0;
		const loop = async () => {
			while (next < items.length) await ask((next += step) - step);
		};
		await Promise.all(Array.from({ length: this.getNodeParameter('atOnce', 0) }, loop));
		return [answers.flat()];
	}
}

module.exports = { Rival };
