import type { AssemblerState } from './log-item.ts';

/** The row in the target that says what is applied. It changes only in the transaction that applied it. */
export interface Checkpoint {
  readonly migration: string;
  readonly direction: 'forward' | 'reverse';
  /** Raised by one at each takeover; a commit under an older term changes nothing and fails. */
  readonly term: bigint;
  readonly topic: string;
  /** Offset of the first record not yet taken in. */
  readonly nextOffset: bigint;
  /** SHA-256 (hex) of key and value of the record at nextOffset - 1; null before the first. At takeover that record is read again and compared. */
  readonly lastRecordSha256: string | null;
  readonly assembler: AssemblerState;
  /** Source clock of the last transaction applied, milliseconds since the epoch; null before the first. */
  readonly sourceCommitMs: number | null;
  /** Last marker applied; null before the first. */
  readonly marker: bigint | null;
}

/** What a commit moves the checkpoint to. */
export type CheckpointAdvance = Pick<
  Checkpoint,
  'nextOffset' | 'lastRecordSha256' | 'assembler' | 'sourceCommitMs' | 'marker'
>;
