export interface LagSummary {
  readonly samples: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Nearest-rank percentiles, in milliseconds with two digits. */
export function summarise(samplesMs: readonly number[]): LagSummary {
  const sorted = samplesMs.toSorted((a, b) => a - b);
  const rank = (share: number): number => {
    const sample = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
    return Math.round(sample * 100) / 100;
  };
  return { samples: sorted.length, p50Ms: rank(0.5), p95Ms: rank(0.95), p99Ms: rank(0.99), maxMs: rank(1) };
}
