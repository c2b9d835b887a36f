/**
 * Sent beats and when each was seen. Beats are sent by the clock, whether or not earlier ones have arrived, so a stall
 * costs every beat in it and not just one.
 */
export class Beats {
  readonly #samplesMs: number[] = [];
  readonly #pending = new Map<number, number>();
  #last = 0;

  /** The number of the next beat, sent at this moment. */
  send(nowMs: number): number {
    this.#last += 1;
    this.#pending.set(this.#last, nowMs);
    return this.#last;
  }

  /** Every beat up to this one is visible. */
  see(beat: number, nowMs: number): void {
    for (const [number, sentMs] of this.#pending) {
      if (number > beat) return;
      this.#samplesMs.push(nowMs - sentMs);
      this.#pending.delete(number);
    }
  }

  get samplesMs(): readonly number[] {
    return this.#samplesMs;
  }

  get pending(): number {
    return this.#pending.size;
  }

  get last(): number {
    return this.#last;
  }
}
