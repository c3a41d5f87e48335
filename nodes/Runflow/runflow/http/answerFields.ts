import { z } from 'zod';

/*
 * What the fields of Runflow's answers are. Fields beyond those of a schema pass through untouched, and
 * everything that the docs call nullable may also be absent. Where a field that may be absent is odd
 * it counts as absent (see `readAnswer` in api.ts): only what a schema requires can make an answer
 * unusable.
 */

export const text = z.string().nullish();
export const count = z.number().int().nullish();
export const flag = z.boolean().nullish();
export const record = z.record(z.string(), z.unknown()).nullish();
