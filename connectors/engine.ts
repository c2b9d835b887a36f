import type { Checkpoint, CheckpointAdvance } from '../schemas/checkpoint.ts';
import type { PlanStep, TablePlan } from '../schemas/migration-plan.ts';
import type { SourceTable } from '../schemas/source-table.ts';
import type { ExactRow, ExactText } from '../schemas/types/value-kind.ts';

/** One finding of a check of a database, made by trying rather than by reading where that is possible. */
export interface Check {
  readonly name: string;
  readonly severity: 'ok' | 'warning' | 'error';
  readonly where: string;
  readonly what: string;
  /** Empty when the check is ok. */
  readonly remedy: string;
  /** Error code this check stands for; null when ok or a mere warning. */
  readonly code: string | null;
}

/** A bound of a chunk: exact source texts of the key columns, in key order. */
export type KeyBound = readonly string[];

/** Rows with key > `after` (null: from the start) and key <= `upTo` (null: to the end), in the source's own key order. */
export interface ChunkRange {
  readonly after: KeyBound | null;
  readonly upTo: KeyBound | null;
}

/** The side a migration reads from. Each method opens what it needs and closes it again; sessions are set up for exact text. */
export interface SourceEngine {
  /** Tables that match; a pattern that matches nothing is an error naming it. */
  readCatalogue(patterns: readonly string[]): Promise<SourceTable[]>;
  preflight(tables: readonly SourceTable[]): Promise<Check[]>;
  openMarkerWriter(migration: string): Promise<MarkerWriter>;
  openChunkReader(): Promise<ChunkReader>;
  /** What the source has executed, in its own notation (GTID set). */
  executedPosition(): Promise<string>;
}

/** The one writer of markers. It makes helper database, table and row if they are missing. */
export interface MarkerWriter {
  /** Writes one marker; resolves with its number once its COMMIT has returned. */
  write(): Promise<bigint>;
  close(): Promise<void>;
}

/** One source connection that reads chunks. */
export interface ChunkReader {
  /** The key at about `rows` rows after `after`, or null when fewer are left: the chunk then runs to the end of the table. */
  findChunkEnd(table: TablePlan, after: KeyBound | null, rows: number): Promise<KeyBound | null>;
  /** A digest of the table's definition, read on this connection. */
  schemaFingerprint(table: TablePlan): Promise<string>;
  /** A plain read without locks, in batches of at most a few thousand rows; values in exact text. */
  readChunk(table: TablePlan, range: ChunkRange, signal: AbortSignal): AsyncIterable<readonly ExactRow[]>;
  close(): Promise<void>;
}

/** The side a migration writes to. */
export interface TargetEngine {
  preflight(tables: readonly TablePlan[]): Promise<Check[]>;
  /** Makes Causeway's own schema (checkpoint, ledger, applied scripts) if it is missing; numbered and recorded. */
  prepare(): Promise<void>;
  /** Runs steps that have not run yet; each is recorded with the SHA-256 of its SQL, a recorded step with other SQL is an error. */
  runSteps(
    migration: string,
    steps: readonly PlanStep[],
    onStep: (step: PlanStep, state: 'skipped' | 'running' | 'done') => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Makes the migration's checkpoint if there is none. */
  ensureCheckpoint(migration: string, topic: string): Promise<void>;
  /** Reads without taking over; null when there is none. */
  readCheckpoint(migration: string): Promise<Checkpoint | null>;
  openApplySession(migration: string, tables: readonly TablePlan[]): Promise<ApplySession>;
  openCopySession(migration: string): Promise<CopySession>;
  readLedger(migration: string): Promise<LedgerTable[]>;
}

/** The applier's one connection to the target. */
export interface ApplySession {
  /** Raises the term and reads the checkpoint in one statement. */
  takeOver(): Promise<Checkpoint>;
  begin(): Promise<void>;
  /** Within the open transaction: deletes first, then upserts. Keys and rows are distinct by key. */
  write(table: TablePlan, changes: TableChanges): Promise<void>;
  truncate(table: TablePlan): Promise<void>;
  /** Moves the checkpoint under term and expected offset, then commits; anything else aborts with APPLY_FENCED. */
  commit(advance: CheckpointAdvance): Promise<void>;
  rollback(): Promise<void>;
  close(): Promise<void>;
}

/** The net effect of some source transactions on one table. */
export interface TableChanges {
  /** Keys (in key order) of rows to take away before the upserts: deleted rows, and rows whose unique columns changed. */
  readonly deletes: readonly ExactRow[];
  /** Full rows in column order. */
  readonly upserts: readonly ExactRow[];
}

/** One target connection that copies chunks. */
export interface CopySession {
  /**
   * Copies the rows and writes the chunk's ledger row in one transaction. Returns rows and bytes written.
   * When the ledger already has the chunk, nothing is read and `wasPresent` is true.
   */
  copyChunk(
    chunk: ChunkToCopy,
    rows: AsyncIterable<readonly ExactRow[]>,
    confirm: () => Promise<void>,
  ): Promise<{ rows: number; bytes: number; wasPresent: boolean }>;
  close(): Promise<void>;
}

export interface ChunkToCopy {
  readonly table: TablePlan;
  /** Chunks of a table are numbered from 0 without gaps. */
  readonly chunk: number;
  readonly range: ChunkRange;
}

/** What the ledger says of one table. */
export interface LedgerTable {
  readonly table: string;
  readonly chunks: number;
  readonly rows: bigint;
  readonly bytes: bigint;
  /** End of the last chunk in number order without a gap; where planning goes on. */
  readonly contiguousEnd: KeyBound | null;
  /** Whether the chunk that runs to the end of the table is in, and all before it. */
  readonly isComplete: boolean;
}

/** A literal SQL identifier or key text as people read it in messages; never used to build SQL. */
export type DisplayKey = readonly ExactText[];
