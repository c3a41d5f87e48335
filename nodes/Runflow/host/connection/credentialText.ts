/** A text field of a credential without the blanks and line breaks that copying brings along. */
export function credentialText(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}
