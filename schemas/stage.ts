/** Where the workflow of a migration stands, in the order it is walked. */
export const stages = [
  'draft',
  'preflight',
  'expand',
  'sync',
  'backfill',
  'replay',
  'index',
  'verify',
] as const;

/**
 * - draft: known, nothing checked
 * - preflight: checks run, the plan is shown and waits for approval
 * - expand: target tables are being made
 * - sync: connector and log are being started, marker M0 is awaited
 * - backfill: chunks are copied while the log grows
 * - replay: the applier catches up from M0 to M1
 * - index: indexes and constraints are built while the stream goes on
 * - verify: the target is consistent; equality is not yet proven
 */
export type Stage = (typeof stages)[number];

export function hasReached(stage: Stage, wanted: Stage): boolean {
  return stages.indexOf(stage) >= stages.indexOf(wanted);
}
