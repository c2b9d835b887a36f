import type { ChunkToCopy, LedgerTable } from '../../connectors/engine.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';

export interface BackfillProgress extends Amounts {
  readonly tables: readonly TableProgress[];
}

export interface TableProgress extends Amounts {
  /** `database.table`. */
  readonly table: string;
  readonly chunks: number;
  readonly isComplete: boolean;
}

interface Amounts {
  readonly rows: bigint;
  readonly bytes: bigint;
  /** The source's estimate; raised to `rows` where it turned out too low, and `rows` itself once complete. */
  readonly rowsEstimate: bigint;
  /** Over the last half minute of copying. */
  readonly rowsPerSecond: number;
  readonly bytesPerSecond: number;
  /** null while nothing is known to compute it from: nothing was copied lately. */
  readonly etaMs: number | null;
}

interface Sample {
  readonly atMs: number;
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
}

interface TableState {
  readonly table: string;
  readonly estimate: bigint;
  chunks: number;
  rows: bigint;
  bytes: bigint;
  /** Known once the chunk that runs to the end of the table is planned. */
  chunksTotal: number | null;
}

const windowMs = 30_000;

/** Counts copied chunks and tells rates and times left. Times are of one monotonic clock, in milliseconds. */
export class ProgressMeter {
  readonly #tables: ReadonlyMap<string, TableState>;
  readonly #startedMs: number;
  #samples: Sample[] = [];

  constructor(tables: readonly TablePlan[], ledger: readonly LedgerTable[], nowMs: number) {
    this.#startedMs = nowMs;
    this.#tables = new Map(tables.map((table) => [table.id, initialState(table, ledger)]));
  }

  /** A chunk that turned out to be in already counts with no rows. */
  add(chunk: ChunkToCopy, copied: { readonly rows: number; readonly bytes: number }, nowMs: number): void {
    const table = chunk.table.id;
    const state = this.#state(table);
    state.chunks += 1;
    if (chunk.range.upTo === null) state.chunksTotal = chunk.chunk + 1;
    state.rows += BigInt(copied.rows);
    state.bytes += BigInt(copied.bytes);
    this.#samples.push({ atMs: nowMs, table, rows: copied.rows, bytes: copied.bytes });
  }

  snapshot(nowMs: number): BackfillProgress {
    this.#samples = this.#samples.filter((sample) => sample.atMs > nowMs - windowMs);
    const spanMs = Math.max(1, Math.min(windowMs, nowMs - this.#startedMs));
    const tables = [...this.#tables.values()].map((state): TableProgress => ({
      table: state.table,
      chunks: state.chunks,
      isComplete: isComplete(state),
      ...amounts(
        { ...state, isComplete: isComplete(state) },
        this.#samples.filter((sample) => sample.table === state.table),
        spanMs,
      ),
    }));
    const total = {
      rows: sum(tables.map((table) => table.rows)),
      bytes: sum(tables.map((table) => table.bytes)),
      estimate: sum(tables.map((table) => table.rowsEstimate)),
      isComplete: tables.every((table) => table.isComplete),
    };
    return { tables, ...amounts(total, this.#samples, spanMs) };
  }

  #state(table: string): TableState {
    const state = this.#tables.get(table);
    if (state === undefined) throw new Error(`progress of a table that is not in the plan: ${table}`);
    return state;
  }
}

function initialState(table: TablePlan, ledger: readonly LedgerTable[]): TableState {
  const entry = ledger.find((candidate) => candidate.table === table.id);
  return {
    table: table.id,
    estimate: BigInt(Math.max(0, Math.round(table.catalogue.rowsEstimate))),
    chunks: entry?.chunks ?? 0,
    rows: entry?.rows ?? 0n,
    bytes: entry?.bytes ?? 0n,
    chunksTotal: entry?.lastPlanned.range.upTo === null ? entry.lastPlanned.chunk + 1 : null,
  };
}

function isComplete(state: TableState): boolean {
  return state.chunks === state.chunksTotal;
}

interface Done {
  readonly rows: bigint;
  readonly bytes: bigint;
  readonly estimate: bigint;
  readonly isComplete: boolean;
}

function amounts(done: Done, samples: readonly Sample[], spanMs: number): Amounts {
  const rowsPerSecond = (samples.reduce((rows, sample) => rows + sample.rows, 0) * 1000) / spanMs;
  const bytesPerSecond = (samples.reduce((bytes, sample) => bytes + sample.bytes, 0) * 1000) / spanMs;
  const rowsEstimate = done.isComplete || done.estimate < done.rows ? done.rows : done.estimate;
  const rowsLeft = Number(rowsEstimate - done.rows);
  return {
    rows: done.rows,
    bytes: done.bytes,
    rowsEstimate,
    rowsPerSecond: Math.round(rowsPerSecond),
    bytesPerSecond: Math.round(bytesPerSecond),
    etaMs: etaMs(done.isComplete, rowsLeft, rowsPerSecond),
  };
}

function etaMs(isComplete: boolean, rowsLeft: number, rowsPerSecond: number): number | null {
  if (isComplete) return 0;
  return rowsPerSecond > 0 ? Math.round((rowsLeft / rowsPerSecond) * 1000) : null;
}

function sum(numbers: readonly bigint[]): bigint {
  return numbers.reduce((total, number) => total + number, 0n);
}
