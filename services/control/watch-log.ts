import { readDesiredState } from '../../connectors/store/migration-rows.ts';
import { hasReached } from '../../schemas/stage.ts';
import { retry } from '../runtime/retry.ts';
import { sleep } from '../runtime/sleep.ts';
import type { ControlPorts } from './ports.ts';
import type { StatusBoard } from './status-board.ts';
import { trimOffset } from './trim-log.ts';

const lookMs = 1_000;
const trimMs = 60_000;

/** Follows the log: its ends and what is still needed of it; and deletes what is not. */
export async function watchLog(ports: ControlPorts, board: StatusBoard, signal: AbortSignal): Promise<void> {
  const { log, logger } = ports;
  let trimmedAtMs = performance.now();
  while (!signal.aborted) {
    await retry(
      async () => {
        const nowMs = performance.now();
        const marks = await log.watermarks();
        if (marks !== null) show(ports, board, marks);
        if (nowMs - trimmedAtMs >= trimMs) {
          trimmedAtMs = nowMs;
          if (marks !== null) await trim(ports, board, marks.start);
        }
      },
      { action: 'look at the log', signal, logger },
    );
    await sleep(lookMs, signal);
  }
}

function show(
  { topic }: ControlPorts,
  board: StatusBoard,
  marks: { readonly start: bigint; readonly end: bigint; readonly bytes: bigint },
): void {
  const { position, lag } = board.status;
  // Before the checkpoint is read, nothing is known of what is taken in.
  if (position === null) return;
  const next = BigInt(position.nextOffset);
  // The record before the position is still needed: takeovers read it again.
  const needed = next > marks.start ? next - 1n : marks.start;
  board.set({
    log: {
      topic,
      startOffset: marks.start.toString(),
      endOffset: marks.end.toString(),
      neededOffset: needed.toString(),
      bytes: marks.bytes.toString(),
    },
    lag: { ...lag, records: (marks.end > next ? marks.end - next : 0n).toString() },
  });
}

async function trim(ports: ControlPorts, board: StatusBoard, startOffset: bigint): Promise<void> {
  const { position } = board.status;
  const row = await readDesiredState(ports.store, ports.migration);
  if (row === null || position === null || !hasReached(row.stage, 'verify')) return;
  const { keepRecords } = row.limits.log;
  const offset = trimOffset({ startOffset, nextOffset: BigInt(position.nextOffset), keepRecords });
  if (offset === null) return;
  await ports.log.deleteBelow(offset);
  ports.metrics.logTrims.inc({ migration: ports.migration });
  ports.logger.info('Deleted records of the log that are no longer needed', { topic: ports.topic, offset });
}
