import { describeFile } from '../../../../../nodes/Runflow/runflow/files/fileNames.ts';

const describeAt = (path: string, headers: Record<string, string> = {}) =>
	describeFile(new URL(path, 'https://files.test'), headers);

describe('describeFile', () => {
	it.each<[string, string, Record<string, string>, string, string]>([
		['the path', '/a/b.png?c=d', { 'content-type': 'image/png' }, 'b.png', 'image/png'],
		['an encoded path', '/a/gr%C3%BC%C3%9Fe.png', {}, 'grüße.png', 'image/png'],
		['a type alone', '/', { 'content-type': 'video/mp4; a=b' }, 'file.mp4', 'video/mp4'],
		['nothing', '/', {}, 'file', 'application/octet-stream'],
		[
			'a type that says nothing',
			'/a.webp',
			{ 'content-type': 'application/octet-stream' },
			'a.webp',
			'image/webp',
		],
		['a path without extension', '/abc', { 'content-type': 'image/jpeg' }, 'abc.jpg', 'image/jpeg'],
		[
			'a disposition',
			'/x',
			{ 'content-disposition': 'attachment; filename="a \\"b\\".png"' },
			'a _b_.png',
			'image/png',
		],
		[
			'an extended disposition',
			'/x',
			{ 'content-disposition': "attachment; filename=a.png; filename*=UTF-8''gr%C3%BCn.gif" },
			'grün.gif',
			'image/gif',
		],
		[
			'a hostile disposition',
			'/x',
			{ 'content-disposition': 'attachment; filename="../../etc/passwd"' },
			'passwd',
			'application/octet-stream',
		],
		['a hostile path', '/..%2F..%2F%00.bashrc', {}, '_.bashrc', 'application/octet-stream'],
		['broken encoding', '/%E0%A4%A.png', {}, '%E0%A4%A.png', 'image/png'],
	])('goes by %s', (_name, path, headers, fileName, contentType) => {
		expect(describeAt(path, headers)).toEqual({ fileName, contentType });
	});

	it('shortens a long name and keeps its extension', () => {
		const { fileName } = describeAt(`/${'a'.repeat(500)}.png`);
		expect(fileName).toHaveLength(200);
		expect(fileName.endsWith('.png')).toBe(true);
	});
});
