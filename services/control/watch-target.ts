import type { Checkpoint } from '../../schemas/checkpoint.ts';
import { retry } from '../runtime/retry.ts';
import { sleep } from '../runtime/sleep.ts';
import type { LagTracker } from './lag-tracker.ts';
import type { ControlPorts } from './ports.ts';
import type { StatusBoard } from './status-board.ts';

/** While a marker is under way its arrival is looked for this often: the error of the measured lag is at most this. */
const lookMs = 25;
/** Lag that is large is not measured better by looking often. */
const lookMsMax = 250;

/** Follows the checkpoint in the target: position, applied marker, lag. */
export async function watchTarget(
  ports: ControlPorts,
  board: StatusBoard,
  lag: LagTracker,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await retry(async () => watchUntilFault(ports, board, lag, signal), {
      action: "read the target's checkpoint",
      signal,
      logger: ports.logger,
      // A target that does not answer falls behind all the same.
      onRetry: () => showLag(board, lag.lagMs(performance.now())),
    });
  }
}

async function watchUntilFault(
  ports: ControlPorts,
  board: StatusBoard,
  lag: LagTracker,
  signal: AbortSignal,
): Promise<void> {
  const { migration, metrics } = ports;
  const watch = await ports.openCheckpointWatch();
  try {
    while (!signal.aborted) {
      const checkpoint = await watch.read();
      const nowMs = performance.now();
      if (checkpoint !== null && checkpoint.marker !== null) {
        for (const roundTripMs of lag.recordApplied(checkpoint.marker, nowMs)) {
          metrics.markerRoundTripSeconds.observe({ migration }, roundTripMs / 1000);
        }
      }
      const lagMs = lag.lagMs(nowMs);
      showLag(board, lagMs);
      show(board, checkpoint);
      await sleep(lag.isWaiting ? pauseMs(lagMs) : lookMs, signal);
    }
  } finally {
    await watch.close();
  }
}

function pauseMs(lagMs: number | null): number {
  return Math.min(lookMsMax, Math.max(lookMs, (lagMs ?? lookMsMax) / 4));
}

function showLag(board: StatusBoard, lagMs: number | null): void {
  board.set({ lag: { ...board.status.lag, ms: lagMs === null ? null : Math.round(lagMs) } });
}

function show(board: StatusBoard, checkpoint: Checkpoint | null): void {
  if (checkpoint === null) return;
  board.set({
    markers: { ...board.status.markers, applied: checkpoint.marker?.toString() ?? null },
    position: {
      nextOffset: checkpoint.nextOffset.toString(),
      term: checkpoint.term.toString(),
      gtids: checkpoint.assembler.gtids,
      sourceCommitMs: checkpoint.sourceCommitMs,
    },
  });
}
