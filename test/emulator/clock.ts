/** Microseconds since 1970, as fine as Runflow's timestamps. */
export function now(): number {
	return Math.floor((performance.timeOrigin + performance.now()) * 1000);
}

function wholeAndMicros(time: number): string {
	const seconds = Math.floor(time / 1e6);
	const micros = time - seconds * 1e6;
	const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
	return micros === 0 ? whole : `${whole}.${String(micros).padStart(6, '0')}`;
}

/** A time as API answers write it, with Z. */
export function apiTime(time: number | null): string | null {
	return time === null ? null : `${wholeAndMicros(time)}Z`;
}

/** A time as Python's `isoformat()` writes it, with +00:00; callbacks use this form. */
export function pythonTime(time: number | null): string | null {
	return time === null ? null : `${wholeAndMicros(time)}+00:00`;
}
