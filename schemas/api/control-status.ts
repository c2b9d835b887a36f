import { z } from 'zod';
import { digits } from './digits.ts';

export const checkSchema = z.object({
  name: z.string(),
  severity: z.enum(['ok', 'warning', 'error']),
  where: z.string(),
  what: z.string(),
  remedy: z.string(),
  code: z.string().nullable(),
});

/** What the holder of the control role says of a migration, about once a second. Kept in the control store as JSON. */
export const controlStatusSchema = z.object({
  /** What the stage waits for, in words; null when it waits for nothing. */
  waitingFor: z.string().nullable(),
  checks: z.array(checkSchema).readonly(),
  markers: z.object({ last: digits.nullable(), applied: digits.nullable() }),
  lag: z.object({
    /** By marker round trips: age of the oldest marker that is not applied, or else the last round trip. */
    ms: z.number().nullable(),
    /** Records of the log that are not taken in. */
    records: digits.nullable(),
  }),
  position: z
    .object({
      nextOffset: digits,
      term: digits,
      gtids: z.string(),
      sourceCommitMs: z.number().nullable(),
    })
    .nullable(),
  log: z
    .object({
      topic: z.string(),
      startOffset: digits,
      endOffset: digits,
      neededOffset: digits,
      /** On the disk of the partition's leader. */
      bytes: digits,
    })
    .nullable(),
  connector: z.object({ state: z.string(), cause: z.string().nullable() }).nullable(),
  steps: z.object({ done: z.number(), total: z.number(), current: z.string().nullable() }).nullable(),
});

export type ControlStatus = z.infer<typeof controlStatusSchema>;

export const emptyControlStatus: ControlStatus = {
  waitingFor: null,
  checks: [],
  markers: { last: null, applied: null },
  lag: { ms: null, records: null },
  position: null,
  log: null,
  connector: null,
  steps: null,
};
