import type { Checkpoint, CheckpointAdvance } from '../schemas/checkpoint.ts';
import type { PlanStep, TablePlan } from '../schemas/migration-plan.ts';
import type { SourceTable } from '../schemas/source-table.ts';
import type { ExactRow } from '../schemas/types/value-kind.ts';

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

/**
 * A bound of a chunk: one text per key column, in key order, in the source connector's own notation (printable ASCII).
 * Everyone else keeps and returns it as it is.
 */
export type KeyBound = readonly string[];

/** Rows with key > `after` (null: from the start) and key <= `upTo` (null: to the end), in the source's own key order. */
export interface ChunkRange {
  readonly after: KeyBound | null;
  readonly upTo: KeyBound | null;
}

/** A chunk as it was planned. The chunks of a table are numbered from 0 without gaps, and each begins where the one before ends. */
export interface PlannedChunk {
  readonly chunk: number;
  readonly range: ChunkRange;
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
  /**
   * A digest of the table's columns and primary key as they are now, read on this connection. Equal to
   * `tableFingerprint(table.catalogue)` (schemas/table-fingerprint.ts) as long as the table is as it was planned.
   */
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

/** One target connection that plans and copies chunks. */
export interface CopySession {
  /**
   * Makes the chunk's ledger row (state `planned`, with its range) in a transaction of its own, and returns the range the
   * ledger now holds for that number. The first planner wins: when the row is already there, nothing changes and the stored
   * range is returned. A range is therefore fixed before the first row of it is copied, whoever copies it and however often.
   */
  planChunk(table: TablePlan, planned: PlannedChunk): Promise<ChunkRange>;
  /**
   * Copies the rows and marks the chunk's ledger row `copied` (with rows, bytes, time) in one transaction:
   * lock the ledger row; if it is already copied, read nothing and answer `wasPresent`; COPY; `await confirm()`, which throws
   * when the rows must not be kept; mark; COMMIT. A failure at any point leaves neither rows nor mark.
   * `rows` is consumed lazily, and its iterator is returned (`return()`) when the copy ends early.
   * `bytes` counts what was sent through COPY.
   */
  copyChunk(
    chunk: ChunkToCopy,
    rows: AsyncIterable<readonly ExactRow[]>,
    confirm: () => Promise<void>,
  ): Promise<{ rows: number; bytes: number; wasPresent: boolean }>;
  close(): Promise<void>;
}

export interface ChunkToCopy extends PlannedChunk {
  readonly table: TablePlan;
}

/** What the ledger says of one table; a table of which nothing was planned yet has no entry. */
export interface LedgerTable {
  /** `database.table`, the id of the table plan. */
  readonly table: string;
  /** Chunks, rows and bytes that are in. */
  readonly chunks: number;
  readonly rows: bigint;
  readonly bytes: bigint;
  /** Planned and not copied, in number order; bounded by the number of readers. */
  readonly pending: readonly PlannedChunk[];
  /** The planned chunk with the highest number, copied or not: planning goes on at its `upTo`, and is over when that is null. */
  readonly lastPlanned: PlannedChunk;
  /** Whether planning is over and every chunk is in. */
  readonly isComplete: boolean;
}
