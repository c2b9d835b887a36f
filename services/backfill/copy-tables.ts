import type { ChunkToCopy } from '../../connectors/engine.ts';
import { asCausewayError, CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { FaultPoints } from '../runtime/fault-points.ts';
import type { Logger } from '../runtime/logger.ts';
import { retry, type RetryLimits } from '../runtime/retry.ts';
import type { Sleep } from '../runtime/sleep.ts';
import type { BackfillLimits } from './backfill-port.ts';
import { copyChunk } from './copy-chunk.ts';
import { CopyLane, type CopyEnds } from './copy-lane.ts';
import type { ChunkQueue } from './plan-chunks.ts';
import type { ProgressMeter } from './progress.ts';

export interface CopyTablesOptions extends CopyEnds {
  readonly queue: ChunkQueue;
  readonly meter: ProgressMeter;
  /** Read before each chunk: the limits may change while the copy runs. */
  readonly limits: () => BackfillLimits;
  readonly logger: Logger;
  readonly faults: FaultPoints;
  readonly nowMs: () => number;
  readonly sleep: Sleep;
  readonly retryLimits: RetryLimits;
}

/** More lanes than this only make source and target slower for everyone else. */
export const readersMax = 64;
const lanesCheckMs = 250;

/**
 * Copies until no chunk is left, or until told to stop. `stop` ends the taking of chunks and lets those under way finish;
 * `abandon` rolls them back. The first error rolls back every lane and is thrown.
 */
export async function copyTables(
  options: CopyTablesOptions,
  stop: AbortSignal,
  abandon: AbortSignal,
): Promise<void> {
  const failure = new AbortController();
  const stopping = AbortSignal.any([stop, abandon, failure.signal]);
  const abandoning = AbortSignal.any([abandon, failure.signal]);
  const lanes = new Map<number, Promise<void>>();
  const work = { isOver: false };
  const runAndNote = async (lane: number): Promise<void> => {
    try {
      if ((await runLane(options, lane, stopping, abandoning)) === 'over') work.isOver = true;
    } catch (error) {
      failure.abort(error);
    } finally {
      lanes.delete(lane);
    }
  };
  do {
    const wanted = work.isOver || stopping.aborted ? 0 : laneCount(options);
    for (let lane = 0; lane < wanted; lane++) {
      if (!lanes.has(lane)) lanes.set(lane, runAndNote(lane));
    }
    await firstOf(Promise.all(lanes.values()), options.sleep);
  } while (lanes.size > 0 || (!work.isOver && !stopping.aborted));
  if (failure.signal.aborted && !abandon.aborted) throw failure.signal.reason;
}

/** Waits for the lanes, but no longer than it takes to look for a changed number of readers. */
async function firstOf(lanes: Promise<unknown>, sleep: Sleep): Promise<void> {
  const wait = new AbortController();
  await Promise.race([lanes, sleep(lanesCheckMs, wait.signal)]);
  wait.abort();
}

function laneCount({ limits }: CopyTablesOptions): number {
  return Math.min(readersMax, Math.max(1, limits().readers));
}

/** Takes and copies chunks until there is none (`over`), the signal stops it, or there are fewer readers wanted. */
async function runLane(
  options: CopyTablesOptions,
  number: number,
  stopping: AbortSignal,
  abandoning: AbortSignal,
): Promise<'over' | 'stopped'> {
  const lane = new CopyLane(options);
  try {
    while (!stopping.aborted && number < laneCount(options)) {
      const chunk = await again(options, 'plan the next chunk', stopping, () =>
        lane.use((sessions) => options.queue.take(sessions, options.limits().chunkRows)),
      );
      if (chunk === null) return 'over';
      await copyOne(options, lane, chunk, abandoning);
    }
    return 'stopped';
  } catch (error) {
    if (abandoning.aborted || error === stopping.reason) return 'stopped';
    // Told to stop while planning waited for a better moment: the next run plans on.
    if (stopping.aborted && asCausewayError(error).isRetryable) return 'stopped';
    throw error;
  } finally {
    await closeLane(options, lane);
  }
}

/** All the lane did is committed or rolled back by now; a connection that does not close well changes nothing. */
async function closeLane({ logger }: CopyTablesOptions, lane: CopyLane): Promise<void> {
  try {
    await lane.close();
  } catch (error) {
    logger.debug('A backfill connection did not close well', { error });
  }
}

async function copyOne(
  options: CopyTablesOptions,
  lane: CopyLane,
  chunk: ChunkToCopy,
  abandoning: AbortSignal,
): Promise<void> {
  const { logger, meter, faults, nowMs } = options;
  const startedMs = nowMs();
  const copied = await again(options, `copy chunk ${chunk.chunk} of ${chunk.table.id}`, abandoning, () =>
    lane.use((sessions) => copyChunk(chunk, sessions, faults, abandoning)),
  );
  const endedMs = nowMs();
  meter.add(chunk, copied, endedMs);
  logger.debug('Copied a chunk', {
    table: chunk.table.id,
    chunk: chunk.chunk,
    rows: copied.rows,
    bytes: copied.bytes,
    durationMs: Math.round(endedMs - startedMs),
  });
}

async function again<T>(
  { logger, sleep, retryLimits }: CopyTablesOptions,
  action: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await retry(work, { action, signal, logger, limits: retryLimits, sleep });
  } catch (error) {
    const cause = asCausewayError(error);
    if (signal.aborted || !cause.isRetryable) throw error;
    throw new CausewayError('CHUNK_STALLED', `gave up trying to ${action}: ${cause.message}`, { cause });
  }
}
