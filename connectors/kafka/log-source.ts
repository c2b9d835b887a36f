import type { LogRecord } from './log-record.ts';

/** Offsets of a log: the first record there is, and the one that the next record will get. */
export interface LogBounds {
  readonly startOffset: bigint;
  readonly endOffset: bigint;
}

/** Reads the records of one log in order. */
export interface LogSource {
  /**
   * Records from `from` on, and then those that are still to come, until `signal` is aborted. Nothing is skipped: when
   * the log does not have `from` (any more), it rejects with LOG_GAP. A broker that is away rejects with
   * KAFKA_UNREACHABLE; the caller begins again at its own position.
   */
  records(from: bigint, signal: AbortSignal): AsyncIterable<readonly LogRecord[]>;
  /** The record at an offset; null when the log does not have it. */
  readOne(offset: bigint): Promise<LogRecord | null>;
  bounds(): Promise<LogBounds>;
  close(): Promise<void>;
}
