import { asCausewayError } from '../../schemas/errors/causeway-error.ts';
import { noFaults } from '../runtime/fault-points.ts';
import { retry, type RetryLimits } from '../runtime/retry.ts';
import { sleep as realSleep } from '../runtime/sleep.ts';
import type { BackfillOptions, BackfillWorkerOptions } from './backfill-options.ts';
import { BackfillRun, isWanted, type WantedBackfill } from './backfill-run.ts';

/** About ten minutes of trying: long enough for a server's restart or failover. */
const chunkRetryLimits: RetryLimits = { delayMs: 200, delayMsMax: 15_000, attemptsMax: 45 };

/** The backfill role: waits until the migration's desired state asks for the copy, copies, and reports how it ended. */
export class BackfillWorker {
  readonly #options: BackfillOptions;

  constructor(options: BackfillWorkerOptions) {
    this.#options = {
      faults: noFaults,
      pollMs: 1000,
      drainMs: 5000,
      retryLimits: chunkRetryLimits,
      sleep: realSleep,
      nowMs: () => performance.now(),
      ...options,
    };
  }

  async run(signal: AbortSignal): Promise<void> {
    const { port, sleep, pollMs } = this.#options;
    while (!signal.aborted) {
      const desired = await this.#try(signal, 'read the desired state', () => port.readDesired());
      if (desired !== null && isWanted(desired)) await this.#copy(desired, signal);
      await sleep(pollMs, signal);
    }
  }

  async #copy(desired: WantedBackfill, signal: AbortSignal): Promise<void> {
    const { migration, port, target, logger } = this.#options;
    try {
      const ledger = await this.#try(signal, 'read the ledger', () => target.readLedger(migration));
      if (ledger === null) return;
      const outcome = await new BackfillRun(this.#options, desired, ledger).copy(signal);
      if (outcome === 'stopped') return;
      await this.#try(signal, 'report the end of the copy', () => port.reportDone());
    } catch (error) {
      if (signal.aborted) return;
      const cause = asCausewayError(error);
      logger.error('The backfill halted', { error: cause });
      await this.#try(signal, 'report that the copy halted', () => port.reportHalt(cause));
    }
  }

  /** Tries until it works; null when the signal ended the trying. */
  async #try<T>(signal: AbortSignal, action: string, work: () => Promise<T>): Promise<T | null> {
    const { logger, sleep } = this.#options;
    try {
      return await retry(work, { action, signal, logger, sleep });
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }
}
