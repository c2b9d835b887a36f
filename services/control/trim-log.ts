/** Below what offset records may be deleted; null when nothing is worth it. */
export function trimOffset(input: {
  readonly startOffset: bigint;
  /** Offset of the first record that is not taken in. */
  readonly nextOffset: bigint;
  /** Records that stay below it. */
  readonly keepRecords: number;
}): bigint | null {
  // The record right before the position is read again at every takeover, to see that the log is still the same.
  const keep = BigInt(Math.max(1, input.keepRecords));
  const offset = input.nextOffset - keep;
  return offset > input.startOffset ? offset : null;
}
