import { z } from 'zod';
import type { Stamped } from '../events/schema.js';

/** What the journal keeps beside an event: facts of the moment at which it was accepted. */
export const stampedSchema = z.strictObject({
  decided: z
    .strictObject({
      kind: z.enum(['promotion', 'demotion', 'termination', 'elevation']),
      level: z.string().min(1).max(64).optional(),
    })
    .optional(),
  alone: z.literal(true).optional(),
}) satisfies z.ZodType<Stamped>;
