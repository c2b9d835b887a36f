import type {
  ChunkReader,
  ChunkToCopy,
  CopySession,
  KeyBound,
  LedgerTable,
  PlannedChunk,
} from '../../connectors/engine.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';

/** What planning needs: it looks for bounds on the source and fixes them in the target's ledger. */
export interface PlanningSessions {
  readonly reader: Pick<ChunkReader, 'findChunkEnd'>;
  readonly session: Pick<CopySession, 'planChunk'>;
}

/**
 * Hands out the chunks of all tables, largest table first, each once. First come the chunks that an earlier run planned
 * and did not copy, with the ranges they had: chunks behind them may be in already, and other ranges would copy rows
 * twice or leave some out. New chunks begin where the last planned one ends, and their range is in the ledger before
 * anyone copies them.
 */
export class ChunkQueue {
  readonly #tables: TableChunks[];
  #last: Promise<unknown> = Promise.resolve();

  constructor(tables: readonly TablePlan[], ledger: readonly LedgerTable[]) {
    const bySize = [...tables].sort((a, b) => b.catalogue.bytesEstimate - a.catalogue.bytesEstimate);
    this.#tables = bySize.map(
      (table) => new TableChunks(table, ledger.find((entry) => entry.table === table.id) ?? null),
    );
  }

  /** The next chunk, or null when none is left to begin. Calls wait for each other: bounds follow one another. */
  take(sessions: PlanningSessions, chunkRows: number): Promise<ChunkToCopy | null> {
    const taken = this.#last.then(() => this.#take(sessions, chunkRows));
    this.#last = taken.catch(() => undefined);
    return taken;
  }

  async #take(sessions: PlanningSessions, chunkRows: number): Promise<ChunkToCopy | null> {
    for (const table of this.#tables) {
      const chunk = await table.next(sessions, chunkRows);
      if (chunk !== null) return chunk;
    }
    return null;
  }
}

class TableChunks {
  readonly #table: TablePlan;
  readonly #pending: PlannedChunk[];
  #next: { readonly chunk: number; readonly after: KeyBound | null } | 'over';

  constructor(table: TablePlan, ledger: LedgerTable | null) {
    this.#table = table;
    this.#pending = [...(ledger?.pending ?? [])];
    this.#next = ledger === null ? { chunk: 0, after: null } : following(ledger.lastPlanned);
  }

  async next({ reader, session }: PlanningSessions, chunkRows: number): Promise<ChunkToCopy | null> {
    const pending = this.#pending.shift();
    if (pending !== undefined) return { ...pending, table: this.#table };
    if (this.#next === 'over') return null;
    const { chunk, after } = this.#next;
    const upTo = await reader.findChunkEnd(this.#table, after, chunkRows);
    // The ledger may hold another range for this number: of a planner that was believed dead, or whose answer was lost.
    const range = await session.planChunk(this.#table, { chunk, range: { after, upTo } });
    this.#next = following({ chunk, range });
    return { table: this.#table, chunk, range };
  }
}

function following({ chunk, range }: PlannedChunk): { chunk: number; after: KeyBound } | 'over' {
  return range.upTo === null ? 'over' : { chunk: chunk + 1, after: range.upTo };
}
