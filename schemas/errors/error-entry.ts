/** One documented error. The reference page is generated from these entries. */
export interface ErrorEntry {
  /** What has happened, in one or two sentences an operator understands. */
  readonly meaning: string;
  /** What to do about it. */
  readonly remedy: string;
  /** Whether Causeway itself tries again. */
  readonly isRetryable: boolean;
}
