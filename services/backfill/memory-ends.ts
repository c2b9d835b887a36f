import type {
  ChunkRange,
  ChunkReader,
  ChunkToCopy,
  CopySession,
  KeyBound,
  LedgerTable,
  PlannedChunk,
} from '../../connectors/engine.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import { tableFingerprint } from '../../schemas/table-fingerprint.ts';
import type { ExactRow } from '../../schemas/types/value-kind.ts';

/** A source for unit tests: tables are lists of integer keys. */
export class MemorySource {
  readonly keys: ReadonlyMap<string, readonly number[]>;
  fingerprint: (table: TablePlan) => string = (table) => tableFingerprint(table.catalogue);

  constructor(keys: ReadonlyMap<string, readonly number[]>) {
    this.keys = keys;
  }

  openChunkReader(): Promise<ChunkReader> {
    return Promise.resolve({
      findChunkEnd: (table, after, rows) => Promise.resolve(this.#end(table, after, rows)),
      schemaFingerprint: (table) => Promise.resolve(this.fingerprint(table)),
      readChunk: (table, range) => this.#rows(table, range),
      close: () => Promise.resolve(),
    });
  }

  #end(table: TablePlan, after: KeyBound | null, rows: number): KeyBound | null {
    const key = this.#within(table, { after, upTo: null })[rows - 1];
    return key === undefined ? null : [String(key)];
  }

  async *#rows(table: TablePlan, range: ChunkRange): AsyncGenerator<readonly ExactRow[]> {
    await Promise.resolve();
    for (const key of this.#within(table, range)) yield [[String(key)]];
  }

  #within(table: TablePlan, { after, upTo }: ChunkRange): number[] {
    const from = after === null ? -Infinity : Number(after[0]);
    const to = upTo === null ? Infinity : Number(upTo[0]);
    return (this.keys.get(table.id) ?? []).filter((key) => key > from && key <= to);
  }
}

interface LedgerRow {
  readonly planned: PlannedChunk;
  rows: number | null;
}

/** A target for unit tests: rows and ledger of a chunk appear together or not at all. */
export class MemoryTarget {
  readonly copied = new Map<string, string[]>();
  readonly #ledger = new Map<string, Map<number, LedgerRow>>();
  /** Called before the chunk commits and after; what it throws is the session's failure. */
  onCommit: (chunk: ChunkToCopy, moment: 'before' | 'after') => void | Promise<void> = () => undefined;

  openCopySession(): Promise<CopySession> {
    return Promise.resolve({
      planChunk: (table, planned) => Promise.resolve(this.#plan(table, planned)),
      copyChunk: (chunk, rows, confirm) => this.#copy(chunk, rows, confirm),
      close: () => Promise.resolve(),
    });
  }

  readLedger(): Promise<LedgerTable[]> {
    return Promise.resolve([...this.#ledger].map(([table, rows]) => summary(table, [...rows.values()])));
  }

  #plan(table: TablePlan, planned: PlannedChunk): ChunkRange {
    const rows = this.#ledger.get(table.id) ?? new Map<number, LedgerRow>();
    this.#ledger.set(table.id, rows);
    const held = rows.get(planned.chunk) ?? { planned, rows: null };
    rows.set(planned.chunk, held);
    return held.planned.range;
  }

  async #copy(
    chunk: ChunkToCopy,
    rows: AsyncIterable<readonly ExactRow[]>,
    confirm: () => Promise<void>,
  ): Promise<{ rows: number; bytes: number; wasPresent: boolean }> {
    const entry = this.#ledger.get(chunk.table.id)?.get(chunk.chunk);
    if (entry === undefined) throw new Error('the chunk was not planned');
    const texts: string[] = [];
    for await (const batch of rows) texts.push(...batch.map((row) => row[0] ?? ''));
    await confirm();
    await this.onCommit(chunk, 'before');
    if (entry.rows !== null) return { rows: 0, bytes: 0, wasPresent: true };
    entry.rows = texts.length;
    this.copied.set(chunk.table.id, [...(this.copied.get(chunk.table.id) ?? []), ...texts]);
    await this.onCommit(chunk, 'after');
    return { rows: texts.length, bytes: texts.length, wasPresent: false };
  }
}

function summary(table: string, rows: readonly LedgerRow[]): LedgerTable {
  const ordered = rows.toSorted((a, b) => a.planned.chunk - b.planned.chunk);
  const last = ordered.at(-1);
  if (last === undefined) throw new Error('an empty ledger has no entry');
  const pending = ordered.filter((row) => row.rows === null).map((row) => row.planned);
  return {
    table,
    chunks: ordered.length - pending.length,
    rows: BigInt(ordered.reduce((total, row) => total + (row.rows ?? 0), 0)),
    bytes: 0n,
    pending,
    lastPlanned: last.planned,
    isComplete: last.planned.range.upTo === null && pending.length === 0,
  };
}
