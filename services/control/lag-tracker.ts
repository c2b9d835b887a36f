/** Markers remembered at most: at one a second a third of an hour. Older ones only make the lag look no larger than that. */
const markersMax = 1_200;

/**
 * Lag by marker round trips, on one monotonic clock: it starts when a marker is sent and ends when the target's
 * checkpoint is seen at or past it. Neither side's wall clock takes part.
 */
export class LagTracker {
  #sent: { readonly marker: bigint; readonly sentAtMs: number; readonly isMeasured: boolean }[] = [];
  #lastRoundTripMs: number | null = null;

  /**
   * Call it with the time right before the marker's write began, once its number is known. One that is sent while the
   * applier holds on purpose is not measured: its round trip says how long the backfill took.
   */
  recordSent(marker: bigint, sentAtMs: number, isMeasured = true): void {
    this.#sent.push({ marker, sentAtMs, isMeasured });
    if (this.#sent.length > markersMax) this.#sent.shift();
  }

  /** Takes note of the marker the target is at; answers the measured round trips that this completes, in milliseconds. */
  recordApplied(applied: bigint, seenAtMs: number): number[] {
    const roundTrips = this.#sent
      .filter(({ marker, isMeasured }) => isMeasured && marker <= applied)
      .map(({ sentAtMs }) => seenAtMs - sentAtMs);
    this.#sent = this.#sent.filter(({ marker }) => marker > applied);
    this.#lastRoundTripMs = roundTrips.at(-1) ?? this.#lastRoundTripMs;
    return roundTrips;
  }

  get isWaiting(): boolean {
    return this.#sent.length > 0;
  }

  /** Null until the first marker has come round. */
  lagMs(nowMs: number): number | null {
    const oldest = this.#sent[0];
    if (oldest === undefined) return this.#lastRoundTripMs;
    if (this.#lastRoundTripMs === null) return nowMs - oldest.sentAtMs;
    // A marker that is under way for less time than the last one took says nothing new yet.
    return Math.max(this.#lastRoundTripMs, nowMs - oldest.sentAtMs);
  }
}
