import type { TableChanges } from '../../connectors/engine.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import type { ExactRow, ExactText } from '../../schemas/types/value-kind.ts';

/** What one event does to one table, in exact texts. */
export interface RowChange {
  /** Key texts in key order. */
  readonly key: ExactRow;
  /**
   * Texts of the table's unique columns (see `uniqueColumns`) before the event; null when there was no row. Empty for a
   * table without secondary unique keys.
   */
  readonly uniquesBefore: ExactRow | null;
  /** The whole row after the event; null when it is gone. */
  readonly after: ExactRow | null;
}

interface NetChange {
  readonly key: ExactRow;
  /** Unique columns before the first event, joined; null when there was no row. */
  readonly uniquesFirst: string | null;
  after: ExactRow | null;
}

/** Indexes into `columns` of all columns of all secondary unique keys, ascending. */
export function uniqueColumns(table: TablePlan): readonly number[] {
  return [...new Set(table.uniqueKeys.flat())].sort((a, b) => a - b);
}

/**
 * Net effect of a run of events per table and key. Applying it (all deletes of a table, then all upserts) to the state
 * before the first event gives the state after the last one, wherever a source transaction begins or ends in between.
 *
 * Rows whose unique columns changed are deleted and inserted: then two rows may have swapped their unique values, and the
 * upserts still never meet a value that another row has kept from before.
 */
export class ChangeBuffer {
  readonly #tables = new Map<TablePlan, { uniques: readonly number[]; changes: Map<string, NetChange> }>();
  #events = 0;
  #chars = 0;

  /** Events taken in since the last take. */
  get events(): number {
    return this.#events;
  }

  /** About the characters held, without the process's own overhead. */
  get chars(): number {
    return this.#chars;
  }

  add(table: TablePlan, { key, uniquesBefore, after }: RowChange): void {
    let entry = this.#tables.get(table);
    if (entry === undefined) {
      entry = { uniques: uniqueColumns(table), changes: new Map() };
      this.#tables.set(table, entry);
    }
    const keyText = joinTexts(key);
    const known = entry.changes.get(keyText);
    if (known === undefined) {
      const uniquesFirst = uniquesBefore === null ? null : joinTexts(uniquesBefore);
      entry.changes.set(keyText, { key, uniquesFirst, after });
    } else {
      known.after = after;
    }
    this.#events += 1;
    this.#chars += keyText.length + (after === null ? 0 : charsOf(after));
  }

  /** Hands the net changes over and begins anew. */
  take(): [TablePlan, TableChanges][] {
    const taken: [TablePlan, TableChanges][] = [];
    for (const [table, { uniques, changes }] of this.#tables) {
      const deletes: ExactRow[] = [];
      const upserts: ExactRow[] = [];
      for (const { key, uniquesFirst, after } of changes.values()) {
        if (after !== null) upserts.push(after);
        if (after === null || isFreed(uniques, uniquesFirst, after)) deletes.push(key);
      }
      taken.push([table, { deletes, upserts }]);
    }
    this.#tables.clear();
    this.#events = 0;
    this.#chars = 0;
    return taken;
  }
}

/** Whether the row as it was holds a unique value that another row may have by now. */
function isFreed(uniques: readonly number[], uniquesFirst: string | null, after: ExactRow): boolean {
  if (uniques.length === 0 || uniquesFirst === null) return false;
  return joinTexts(uniques.map((index) => after[index] ?? null)) !== uniquesFirst;
}

/** Different lists of the same length never join to the same text. */
export function joinTexts(texts: readonly ExactText[]): string {
  const first = texts[0];
  if (texts.length === 1 && first !== undefined) return first === null ? '-' : `=${first}`;
  return texts.map((text) => (text === null ? '-' : `${text.length}:${text}`)).join('');
}

function charsOf(row: ExactRow): number {
  let chars = 0;
  for (const text of row) chars += text?.length ?? 0;
  return chars;
}
