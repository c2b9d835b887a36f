import { z } from 'zod';
import { digits } from './digits.ts';

const amounts = {
  rows: digits,
  bytes: digits,
  /** The source's own estimate; the number of rows itself once all are in. */
  rowsEstimate: digits,
  rowsPerSecond: z.number(),
  bytesPerSecond: z.number(),
  /** null while nothing is known to compute it from. */
  etaMs: z.number().nullable(),
};

/** What the holder of the backfill role says of the copy, about once a second. Kept in the control store as JSON. */
export const backfillStatusSchema = z.object({
  ...amounts,
  tables: z
    .array(z.object({ table: z.string(), ...amounts, chunks: z.number(), isComplete: z.boolean() }))
    .readonly(),
});

export type BackfillStatus = z.infer<typeof backfillStatusSchema>;
