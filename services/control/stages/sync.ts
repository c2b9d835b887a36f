import { setMarkers } from '../../../connectors/store/migration-rows.ts';
import type { StageStep } from './stage-step.ts';

/** Connector and log run, M0 is fixed, and the applier has seen it: the whole path is proven before a row is copied. */
export const sync: StageStep = {
  stage: 'sync',
  next: 'backfill',
  // The conductor starts capture for this stage and all later ones; what is left to do here depends on its health.
  enter: async () => undefined,
  check: async ({ ports, lease, board, beat }, row, signal) => {
    if (row.markerStart === null) {
      if (board.status.connector?.state !== 'healthy') {
        return { isDone: false, waitingFor: 'the connector to run' };
      }
      const marker = await beat.next(signal);
      await setMarkers(ports.store, lease, { start: marker });
      return { isDone: false, waitingFor: `marker M0 (${marker}) to come through the log` };
    }
    const { applied } = board.status.markers;
    if (await isHoldReadable(applied, row.markerStart, async () => beat.next(signal))) {
      return { isDone: true, evidence: { markerStart: row.markerStart, applied } };
    }
    return { isDone: false, waitingFor: `marker M0 (${row.markerStart}) to come through the log` };
  },
};

/**
 * Whether the applier holds at M0 or a later marker, and chunk reads see everything that it has skipped on its way there. A
 * transaction can be in the log before the source has committed it, but not after a marker whose commit has returned:
 * that one is awaited here.
 */
export async function isHoldReadable(
  applied: string | null,
  markerStart: bigint,
  nextMarker: () => Promise<bigint>,
): Promise<boolean> {
  if (applied === null || BigInt(applied) < markerStart) return false;
  return (await nextMarker()) > BigInt(applied);
}
