/** Where progress lines go, one call per line. */
export type Log = (line: string) => void;

/** For callers that want no progress lines. */
export const silent: Log = () => {};
