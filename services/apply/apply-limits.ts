/** How much of the log goes into one target transaction. A source transaction is never split over two. */
export interface ApplyLimits {
  /** A group is committed at the next end of a source transaction once it holds this many row changes. */
  readonly groupEvents: number;
  /** The same in characters of exact text: what is in memory is a few times this. */
  readonly groupChars: number;
  /** The same in time: no committed change waits longer for others to join it. */
  readonly groupMs: number;
  /** While nothing is applied the position is saved this often. */
  readonly recordMs: number;
}

export const applyLimits: ApplyLimits = {
  groupEvents: 5_000,
  groupChars: 8 * 1024 * 1024,
  groupMs: 50,
  recordMs: 1_000,
};
