import { setTimeout as sleep } from 'node:timers/promises';

/** Lets something happen a number of times a second: late calls follow at once, but never more than a second's worth of them. */
export class Pace {
  readonly #intervalMs: number;
  readonly #now: () => number;
  #next: number;

  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#intervalMs = 1000 / perSecond;
    this.#now = now;
    this.#next = now();
  }

  async wait(signal: AbortSignal): Promise<void> {
    const now = this.#now();
    this.#next = Math.max(this.#next + this.#intervalMs, now - 1000);
    if (this.#next > now) await sleepQuietly(this.#next - now, signal);
  }
}

/** Sleeps; an abort ends the sleep early and is not an error. */
export async function sleepQuietly(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}
