import { z } from 'zod';
import { stages } from '../stage.ts';
import { backfillStatusSchema } from './backfill-status.ts';
import { controlStatusSchema } from './control-status.ts';

const haltSchema = z.object({
  part: z.string(),
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  isRetryable: z.boolean(),
  at: z.string(),
});

const summaryShape = {
  migration: z.string(),
  stage: z.enum(stages),
  stageSince: z.string(),
  isPaused: z.boolean(),
  halts: z.array(haltSchema),
};

/** One entry of `GET /v1/migrations`. */
export const migrationSummarySchema = z.object(summaryShape);
export const migrationListSchema = z.object({ migrations: z.array(migrationSummarySchema) });

/** What `GET /v1/migrations/{id}` answers. 64-bit integers are decimal texts. */
export const migrationDocumentSchema = controlStatusSchema.extend({
  ...summaryShape,
  plan: z.object({ fingerprint: z.string(), isApproved: z.boolean() }).nullable(),
  /** The copy as it stands or ended; null before it began. */
  backfill: backfillStatusSchema.nullable(),
  markerStart: z.string().nullable(),
  markerEnd: z.string().nullable(),
  roles: z.array(z.object({ role: z.string(), holder: z.string(), isLive: z.boolean() })),
  /** What each part last said, with the age of it. */
  parts: z.array(z.object({ part: z.string(), holder: z.string(), ageMs: z.number(), data: z.unknown() })),
  events: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      kind: z.string(),
      stage: z.string(),
      holder: z.string(),
      data: z.unknown(),
    }),
  ),
});

export type MigrationSummary = z.infer<typeof migrationSummarySchema>;
export type MigrationDocument = z.infer<typeof migrationDocumentSchema>;

/** RFC 9457, with Causeway's stable code and remedy. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  remedy: z.string(),
});

export type Problem = z.infer<typeof problemSchema>;
