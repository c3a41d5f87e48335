const TYPES: Record<string, string> = {
	avif: 'image/avif',
	gif: 'image/gif',
	glb: 'model/gltf-binary',
	jpg: 'image/jpeg',
	jpeg: 'image/jpeg',
	json: 'application/json',
	m4a: 'audio/mp4',
	mov: 'video/quicktime',
	mp3: 'audio/mpeg',
	mp4: 'video/mp4',
	ogg: 'audio/ogg',
	pdf: 'application/pdf',
	png: 'image/png',
	svg: 'image/svg+xml',
	txt: 'text/plain',
	wav: 'audio/wav',
	webm: 'video/webm',
	webp: 'image/webp',
	zip: 'application/zip',
};
const UNKNOWN_TYPE = 'application/octet-stream';
const LONGEST_NAME = 200;
// Path separators, what Windows refuses, control characters, and marks that reverse how a name reads.
const UNSAFE = /[/\\:*?"<>|\p{Cc}\p{Cf}]+/gu;

/**
 * Name and type of a downloaded file. The name: that of Content-Disposition, else the last segment
 * of the address, else `file`, with an extension of the type where it has none. The type: that of
 * Content-Type, unless it says nothing, else that of the name's extension.
 *
 * @returns a name without path separators, of at most 200 characters, and a MIME type without parameters
 */
export function describeFile(
	url: URL,
	headers: Record<string, string | string[] | undefined>,
): { fileName: string; contentType: string } {
	const given =
		safeName(dispositionName(String(headers['content-disposition'] ?? ''))) ||
		safeName(decoded(url.pathname.split('/').pop() ?? '')) ||
		'file';
	const extension = /\.([a-z0-9]{1,8})$/i.exec(given)?.[1].toLowerCase();
	const declared = String(headers['content-type'] ?? '')
		.split(';')[0]
		.trim()
		.toLowerCase();
	const says = /^[\w.+-]+\/[\w.+-]+$/.test(declared) && !/octet-stream$/.test(declared);
	const contentType = says ? declared : (TYPES[extension ?? ''] ?? UNKNOWN_TYPE);
	const missing = extension === undefined ? extensionOf(contentType) : undefined;
	return { fileName: missing ? `${given}.${missing}` : given, contentType };
}

function extensionOf(type: string): string | undefined {
	return Object.keys(TYPES).find((extension) => TYPES[extension] === type);
}

/** RFC 6266: `filename*` goes before `filename`. */
function dispositionName(header: string): string {
	const extended = /filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(header);
	if (extended) return decoded(extended[1]);
	const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header);
	return plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2] ?? '';
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

function safeName(name: string): string {
	const last = name.split(/[/\\]/).pop() ?? '';
	const safe = last.replace(UNSAFE, '_').replace(/^[.\s]+|[.\s]+$/g, '');
	return safe.length > LONGEST_NAME ? shortened(safe) : safe;
}

function shortened(name: string): string {
	const extension = /\.[a-z0-9]{1,8}$/i.exec(name)?.[0] ?? '';
	return name.slice(0, LONGEST_NAME - extension.length) + extension;
}
