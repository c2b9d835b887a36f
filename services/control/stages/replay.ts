import { setMarkers } from '../../../connectors/store/migration-rows.ts';
import type { StageStep } from './stage-step.ts';

/** The applier goes on from M0. Past M1, which is written after the last chunk was read, the target is consistent. */
export const replay: StageStep = {
  stage: 'replay',
  next: 'index',
  enter: async ({ ports, lease, beat, board }, row, signal) => {
    if (row.markerEnd !== null) return;
    board.set({ waitingFor: 'marker M1 to be written' });
    await setMarkers(ports.store, lease, { end: await beat.next(signal) });
  },
  check: async ({ board }, row) => {
    const applied = board.status.markers.applied;
    if (row.markerEnd !== null && applied !== null && BigInt(applied) >= row.markerEnd) {
      return { isDone: true, evidence: { markerEnd: row.markerEnd, applied } };
    }
    return {
      isDone: false,
      waitingFor: `the replay to reach marker M1 (${row.markerEnd ?? 'not yet written'})`,
    };
  },
};
