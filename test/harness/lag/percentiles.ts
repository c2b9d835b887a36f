import { z } from 'zod';

export const lagSummarySchema = z.object({
  samples: z.number(),
  p50Ms: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
});

export type LagSummary = z.infer<typeof lagSummarySchema>;

/** Nearest-rank percentiles, in milliseconds with two digits. */
export function summarise(samplesMs: readonly number[]): LagSummary {
  const sorted = samplesMs.toSorted((a, b) => a - b);
  const rank = (share: number): number => {
    const sample = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
    return Math.round(sample * 100) / 100;
  };
  return { samples: sorted.length, p50Ms: rank(0.5), p95Ms: rank(0.95), p99Ms: rank(0.99), maxMs: rank(1) };
}
