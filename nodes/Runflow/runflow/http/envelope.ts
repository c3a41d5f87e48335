import { z } from 'zod';

/** Body of every answer that is not a success. */
export const errorEnvelopeSchema = z
	.object({
		code: z.string(),
		message: z.string(),
		errors: z.array(z.record(z.string(), z.unknown())).nullish(),
	})
	.passthrough();
export type ErrorEnvelope = z.infer<typeof errorEnvelopeSchema>;
