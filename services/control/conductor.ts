import type { Lease } from '../../connectors/store/leases.ts';
import { writePartStatus } from '../../connectors/store/part-status.ts';
import { hasReached, type Stage } from '../../schemas/stage.ts';
import { retry } from '../runtime/retry.ts';
import { runTogether } from '../runtime/run-together.ts';
import { sleep } from '../runtime/sleep.ts';
import { LagTracker } from './lag-tracker.ts';
import { MarkerBeat } from './marker-beat.ts';
import type { ControlPorts } from './ports.ts';
import { runCapture } from './run-capture.ts';
import { StageGate } from './stage-gate.ts';
import { StatusBoard } from './status-board.ts';
import { walkStages } from './walk-stages.ts';
import { watchLog } from './watch-log.ts';
import { watchTarget } from './watch-target.ts';

/** How often the status is written for others to read. */
const reportMs = 1_000;

/**
 * The control role of one migration, under its lease: walks the stages, keeps capture running, writes the markers, and
 * tells how things stand. Ends when the signal aborts; throws what a person or a new start has to deal with.
 */
export async function conduct(
  ports: ControlPorts,
  lease: Lease,
  isWell: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const board = new StatusBoard();
  const gate = new StageGate();
  const lag = new LagTracker();
  const beat = newBeat(ports, board, lag, gate);
  await runTogether(signal, [
    async (signal) =>
      walkStages(
        { ports, lease, board, beat },
        {
          onStage: (stage: Stage) => gate.open(stage),
          // From sync on the role is well only when the connector is.
          onEntered: async (stage: Stage) => (hasReached(stage, 'sync') ? undefined : isWell()),
        },
        signal,
      ),
    async (signal) => gate.after('sync', signal, async () => beat.run(signal)),
    async (signal) => gate.after('sync', signal, async () => runCapture(ports, board, isWell, signal)),
    async (signal) => gate.after('sync', signal, async () => watchTarget(ports, board, lag, signal)),
    async (signal) => gate.after('sync', signal, async () => watchLog(ports, board, signal)),
    async (signal) => report(ports, board, signal),
  ]);
}

function newBeat(ports: ControlPorts, board: StatusBoard, lag: LagTracker, gate: StageGate): MarkerBeat {
  const { migration, source, logger, metrics, limits } = ports;
  return new MarkerBeat({
    openWriter: async () => source.openMarkerWriter(migration),
    intervalMs: limits.markerMs,
    logger,
    onMarker: (marker, sentAtMs) => {
      // Before index the applier holds, or takes in what came while it held.
      lag.recordSent(marker, sentAtMs, hasReached(gate.stage, 'index'));
      metrics.markers.inc({ migration });
      board.set({ markers: { ...board.status.markers, last: marker.toString() } });
    },
  });
}

async function report(ports: ControlPorts, board: StatusBoard, signal: AbortSignal): Promise<void> {
  const { store, migration, holder, logger } = ports;
  const write = async (): Promise<void> =>
    writePartStatus(store, { migration, part: 'control', holder, data: board.status });
  try {
    while (!signal.aborted) {
      await retry(write, { action: 'write the status', signal, logger });
      await sleep(reportMs, signal);
    }
  } finally {
    // What was found last, such as the checks that refused the start, is what people want to see afterwards.
    await write().catch((error: unknown) => logger.warn('Could not write the last status', { error }));
  }
}
