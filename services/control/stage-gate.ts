import { hasReached, stages, type Stage } from '../../schemas/stage.ts';

interface Waiter {
  readonly stage: Stage;
  readonly go: () => void;
}

/** Holds loops back until the migration has reached the stage they belong to. */
export class StageGate {
  #reached: Stage = stages[0];
  #waiters: Waiter[] = [];

  get stage(): Stage {
    return this.#reached;
  }

  /** Stages only go forward. */
  open(stage: Stage): void {
    this.#reached = stage;
    const ready = this.#waiters.filter((waiter) => hasReached(stage, waiter.stage));
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    ready.forEach(({ go }) => go());
  }

  /** Does the work once the stage is reached; not at all when the signal aborts before. */
  async after(stage: Stage, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    if (!hasReached(this.#reached, stage)) await this.#wait(stage, signal);
    if (!signal.aborted) await work();
  }

  async #wait(stage: Stage, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const waiter: Waiter = { stage, go: resolve };
      this.#waiters.push(waiter);
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
  }
}
