import type { MarkerWriter } from '../../connectors/engine.ts';
import type { Logger } from '../runtime/logger.ts';
import { retry } from '../runtime/retry.ts';
import { sleep as realSleep, type Sleep } from '../runtime/sleep.ts';

export interface MarkerBeatOptions {
  readonly openWriter: () => Promise<MarkerWriter>;
  readonly intervalMs: number;
  readonly logger: Logger;
  /** Told after each marker, with the monotonic time right before its write began. */
  readonly onMarker: (marker: bigint, sentAtMs: number) => void;
  readonly sleep?: Sleep;
  readonly now?: () => number;
}

interface Waiter {
  readonly resolve: (marker: bigint) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * The one writer of a migration's markers: one about every interval, and one at once when somebody asks. All who ask
 * while a write is under way share the next one.
 */
export class MarkerBeat {
  readonly #options: MarkerBeatOptions;
  #waiters: Waiter[] = [];
  #wake = new AbortController();
  #last: bigint | null = null;

  constructor(options: MarkerBeatOptions) {
    this.#options = options;
  }

  /** The newest marker whose COMMIT has returned; null before the first of this process. */
  get last(): bigint | null {
    return this.#last;
  }

  /** The first marker whose write begins after this call. Needs a running beat. */
  async next(signal: AbortSignal): Promise<bigint> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiters.push({
        resolve: (marker) => {
          signal.removeEventListener('abort', onAbort);
          resolve(marker);
        },
        reject: (reason) => {
          signal.removeEventListener('abort', onAbort);
          reject(reason);
        },
      });
      this.#wake.abort();
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const { logger } = this.#options;
    try {
      while (!signal.aborted) {
        await retry(async () => this.#beatUntilFault(signal), { action: 'write markers', signal, logger });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#takeWaiters().forEach((waiter) => waiter.reject(signal.reason));
    }
  }

  async #beatUntilFault(signal: AbortSignal): Promise<void> {
    const { openWriter, intervalMs, onMarker, sleep = realSleep, now = monotonicMs } = this.#options;
    const writer = await openWriter();
    try {
      while (!signal.aborted) {
        const waiters = this.#takeWaiters();
        const sentAtMs = now();
        const marker = await writer.write().catch((error: unknown) => {
          // They asked for a marker, not for this attempt: the next one is theirs.
          this.#waiters.unshift(...waiters);
          throw error;
        });
        this.#last = marker;
        onMarker(marker, sentAtMs);
        waiters.forEach((waiter) => waiter.resolve(marker));
        if (this.#waiters.length === 0) await sleep(intervalMs, AbortSignal.any([signal, this.#wake.signal]));
      }
    } finally {
      await writer.close();
    }
  }

  #takeWaiters(): Waiter[] {
    const waiters = this.#waiters;
    this.#waiters = [];
    this.#wake = new AbortController();
    return waiters;
  }
}

function monotonicMs(): number {
  return performance.now();
}
