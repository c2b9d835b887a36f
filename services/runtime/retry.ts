import { asCausewayError } from '../../schemas/errors/causeway-error.ts';
import type { Logger } from './logger.ts';
import { sleep as realSleep, type Sleep } from './sleep.ts';

export interface RetryLimits {
  readonly delayMs: number;
  readonly delayMsMax: number;
  /** Tries in a row; null for no end, which only a part that is told to stop by its signal may have. */
  readonly attemptsMax: number | null;
}

export const retryLimits: RetryLimits = { delayMs: 200, delayMsMax: 15_000, attemptsMax: null };

/** From this try on in a row, a fault that comes back is logged as an error and no longer as a warning. */
const errorFromAttempt = 5;

const recoveredAfterPauses = 4;

export interface RetryOptions {
  /** What is tried, as in "read the checkpoint". */
  readonly action: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly limits?: RetryLimits;
  readonly sleep?: Sleep;
  readonly random?: () => number;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
  /** Told before each wait. */
  readonly onRetry?: (error: Error, delayMs: number) => void | Promise<void>;
}

/** Does the work, again after errors that may pass by themselves, with growing and jittered pauses. */
export async function retry<Result>(work: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { signal, logger, limits = retryLimits, sleep = realSleep, random = Math.random } = options;
  const { now = monotonicMs } = options;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const startedMs = now();
    try {
      return await work();
    } catch (thrown) {
      const error = asCausewayError(thrown);
      // Work that went well for much longer than the longest pause has recovered: its next fault is a first one.
      if (now() - startedMs > recoveredAfterPauses * limits.delayMsMax) attempt = 1;
      const isLast = limits.attemptsMax !== null && attempt >= limits.attemptsMax;
      if (signal.aborted || !error.isRetryable || isLast) throw thrown;
      const delayMs = retryDelayMs(attempt, limits, random);
      const level = attempt >= errorFromAttempt ? 'error' : 'warn';
      logger[level](`Could not ${options.action}; trying again`, { attempt, delayMs, error });
      await options.onRetry?.(error, delayMs);
      await sleep(delayMs, signal);
    }
  }
}

/** Between half and the whole of a pause that doubles: those who failed together do not come back together. */
export function retryDelayMs(attempt: number, limits: RetryLimits, random: () => number): number {
  const full = Math.min(limits.delayMsMax, limits.delayMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (0.5 + random() / 2));
}

function monotonicMs(): number {
  return performance.now();
}
