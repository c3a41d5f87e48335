import { compareVersions, pinnedN8n } from '../n8n/machine/pinned.mjs';

const isBefore = (version: string) => compareVersions(pinnedN8n().n8n, version) < 0;

/** n8n 1 lets every webhook process resume an execution once, if their callbacks come together. */
export const resumesOnce = !isBefore('2.0.0');

/** n8n 1 gives the job of a killed worker to another one, once; n8n 2 ends its execution. */
export const runsStalledAgain = isBefore('2.0.0');

/** Older ones hand nothing on by which an execution knows whose Retry it is. */
export const knowsRetries = !isBefore('2.14.0');
