export const SKUS = ['SHOE-41', 'LAMP-07', 'MUG-12'];

/** What an example of a table is given in place of its own: the second picture makes the model fail. */
export const PRODUCTS = JSON.stringify({
	rows: SKUS.map((sku, index) => ({
		sku,
		image_url: `https://example.com/${sku}.jpg${index === 1 ? '?[fail]' : ''}`,
	})),
});
