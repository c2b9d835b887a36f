import type { Checkpoint } from '../../schemas/checkpoint.ts';
import type { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { LogItem } from '../../schemas/log-item.ts';
import type { MigrationPlan } from '../../schemas/migration-plan.ts';
import type { Stage } from '../../schemas/stage.ts';

/** What the applier reads from and writes to the control store: all it knows of the rest of Causeway. */
export interface ApplyPort {
  /** The migration's desired state; null while there is none. Read about once a second. */
  readDesired(): Promise<ApplyDesired | null>;
  /** The plan; null until there is one. Read once per start. */
  readPlan(): Promise<MigrationPlan | null>;
  reportStatus(status: ApplyStatus): Promise<void>;
  /** Makes visible why the applier stands still; null when it works again. */
  reportHalt(error: CausewayError | null): Promise<void>;
}

export interface ApplyDesired {
  readonly stage: Stage;
  readonly isPaused: boolean;
  /** M0: what comes after it is applied; null until it is written. Never changes once it is set. */
  readonly markerStart: bigint | null;
  /** M1: written after the last chunk; from then on the log is applied. Never changes once it is set. */
  readonly markerEnd: bigint | null;
}

/**
 * - waiting: the migration has not come to the log yet, or is paused
 * - recording: before M0; positions are recorded, nothing is applied
 * - holding: at M0, while the chunks are copied
 * - applying
 */
export type ApplyMode = 'waiting' | 'recording' | 'holding' | 'applying';

export interface ApplyStatus {
  readonly mode: ApplyMode;
  readonly term: bigint | null;
  /** Position of the last commit. */
  readonly nextOffset: bigint | null;
  /** Records of the log that are not committed yet; null while unknown. */
  readonly lagRecords: bigint | null;
  /** Last marker committed. */
  readonly marker: bigint | null;
  /** Source clock of the last transaction committed; for display. */
  readonly sourceCommitMs: number | null;
  /** Since this process started to apply. */
  readonly transactions: number;
  readonly changes: number;
  readonly batches: number;
}

/** One stretch of the log. */
export interface ApplyBatch {
  readonly items: readonly LogItem[];
  /** What to store with the `nextOffset` of an item of this batch. */
  positionAt(nextOffset: bigint): Pick<Checkpoint, 'assembler' | 'lastRecordSha256'>;
}

/** The log from a checkpoint on, for as long as the signal that opened it does not abort. */
export interface ApplyLogReader extends AsyncIterable<ApplyBatch> {
  logEndOffset(): Promise<bigint>;
  close(): Promise<void>;
}

export type OpenApplyLog = (checkpoint: Checkpoint, signal: AbortSignal) => Promise<ApplyLogReader>;
