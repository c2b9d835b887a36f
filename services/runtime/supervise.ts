import { asCausewayError, type CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { Logger } from './logger.ts';
import { retryDelayMs, retryLimits } from './retry.ts';
import { sleep as realSleep, type Sleep } from './sleep.ts';

export interface SuperviseOptions {
  /** Works until the signal aborts; calls `isWell` when it makes progress, which ends a halt. */
  readonly work: (signal: AbortSignal, isWell: () => Promise<void>) => Promise<void>;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** How long to wait after an error that does not pass by itself. */
  readonly haltRetryMs: number;
  /** Makes the halt visible; null takes it away. */
  readonly saveHalt: (error: CausewayError | null) => Promise<void>;
  /** Told of each error, before the wait. */
  readonly onError?: (error: CausewayError) => void;
  readonly sleep?: Sleep;
  readonly random?: () => number;
}

/**
 * Keeps a role at work. An error halts it where everybody can see why, and it is tried again: soon and then ever more
 * rarely when the error may pass by itself, at a steady pace when a person has to mend something.
 */
export async function supervise(options: SuperviseOptions): Promise<void> {
  const { work, signal, logger, haltRetryMs, sleep = realSleep, random = Math.random } = options;
  let failures = 0;
  // A halt of an earlier process may still be shown.
  let isHaltShown = true;
  const isWell = async (): Promise<void> => {
    failures = 0;
    if (!isHaltShown) return;
    isHaltShown = false;
    await save(options, null);
  };
  while (!signal.aborted) {
    try {
      await work(signal, isWell);
      return;
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asCausewayError(thrown);
      failures++;
      logger[error.isRetryable ? 'warn' : 'error'](`Halted: ${error.message}`, { error });
      isHaltShown = true;
      await save(options, error);
      options.onError?.(error);
      await sleep(error.isRetryable ? retryDelayMs(failures, retryLimits, random) : haltRetryMs, signal);
    }
  }
}

async function save({ saveHalt, logger }: SuperviseOptions, error: CausewayError | null): Promise<void> {
  try {
    await saveHalt(error);
  } catch (failure) {
    // The store may be what failed. The log has the halt, and the next one is written again.
    logger.warn('Could not write the halt to the control store', { error: failure });
  }
}
