/** One group of bars, such as one size of input. */
export interface BarGroup {
	name: string;
	bars: Array<{ label: string; value: number; text: string }>;
}

const WIDTH = 760;
const LEFT = 190;
const BAR = 18;
const COLOURS = ['#5b5bd6', '#8b8d98', '#c4c7d0', '#3d9a6d', '#d98324'];

/**
 * A horizontal bar chart as SVG. Bars are on a logarithmic scale where the largest is more than
 * fifty times the smallest, which the subtitle then says.
 */
export function barChart(title: string, groups: BarGroup[]): string {
	const values = groups.flatMap(({ bars }) => bars.map(({ value }) => value)).filter((v) => v > 0);
	const [least, most] = [Math.min(...values), Math.max(...values)];
	const logarithmic = most / least > 50;
	const length = (value: number) => {
		const share = logarithmic
			? Math.log(value / (least / 2)) / Math.log(most / (least / 2))
			: value / most;
		return Math.max(1, share * (WIDTH - LEFT - 110));
	};
	const parts: string[] = [];
	let y = 54;
	for (const { name, bars } of groups) {
		parts.push(text(16, y + 12, name, 'font-weight="600"'));
		y += 20;
		bars.forEach(({ label, value, text: figure }, index) => {
			const width = length(value).toFixed(1);
			parts.push(
				text(LEFT - 8, y + 13, label, 'text-anchor="end"'),
				`<rect x="${LEFT}" y="${y}" width="${width}" height="${BAR - 4}" rx="2" fill="${COLOURS[index % COLOURS.length]}"/>`,
				text(LEFT + Number(width) + 6, y + 12, figure),
			);
			y += BAR;
		});
		y += 10;
	}
	const subtitle = logarithmic ? ' (logarithmic scale)' : '';
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" font-family="system-ui, sans-serif" font-size="12" fill="#1c2024">`,
		`<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>`,
		text(16, 28, title + subtitle, 'font-size="15" font-weight="600"'),
		...parts,
		'</svg>',
		'',
	].join('\n');
}

function text(x: number, y: number, content: string, attributes = ''): string {
	const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
	return `<text x="${x.toFixed(1)}" y="${y}" ${attributes}>${safe}</text>`;
}
