import type { ComparedRow } from './mysql-rows.ts';
import type { ComparedTable } from './read-tables.ts';

export interface Difference {
  readonly key: readonly string[];
  /** `(row)` when the whole row is on one side only. */
  readonly column: string;
  /** Values cut to a readable length; `NULL` and `(no row)` stand for themselves, values are in quotes. */
  readonly source: string;
  readonly target: string;
}

export interface TableComparison {
  /** `database.table` of the source. */
  readonly table: string;
  readonly sourceRows: number;
  readonly targetRows: number;
  /** Rows that are missing, too many or unequal. */
  readonly differences: number;
  readonly first: readonly Difference[];
}

const shownDifferencesMax = 20;
const shownCharactersMax = 200;

type Batches = AsyncIterable<readonly ComparedRow[]>;

/** Walks two streams in key order side by side. */
export async function merge(
  table: ComparedTable,
  source: Batches,
  target: Batches,
): Promise<TableComparison> {
  const left = new RowCursor(source, table);
  const right = new RowCursor(target, table);
  const first: Difference[] = [];
  let differences = 0;
  const report = (found: readonly Difference[]): void => {
    differences += 1;
    first.push(...found.slice(0, shownDifferencesMax - first.length));
  };
  let sourceRow = await left.next();
  let targetRow = await right.next();
  while (sourceRow !== null || targetRow !== null) {
    const order = orderOf(table, sourceRow, targetRow);
    if (order < 0) report([rowDifference(table, sourceRow, 'source')]);
    else if (order > 0) report([rowDifference(table, targetRow, 'target')]);
    else {
      const found = valueDifferences(table, sourceRow, targetRow);
      if (found.length > 0) report(found);
    }
    if (order <= 0) sourceRow = left.nextInBatch() ?? (await left.next());
    if (order >= 0) targetRow = right.nextInBatch() ?? (await right.next());
  }
  return {
    table: `${table.source.database}.${table.source.table}`,
    sourceRows: left.rows,
    targetRows: right.rows,
    differences,
    first,
  };
}

/** One row at a time out of batches; refuses a stream that is not in strict key order, since a merge of it proves nothing. */
class RowCursor {
  rows = 0;
  readonly #batches: AsyncIterator<readonly ComparedRow[]>;
  readonly #table: ComparedTable;
  #batch: readonly ComparedRow[] = [];
  #at = 0;
  #last: ComparedRow | null = null;

  constructor(batches: Batches, table: ComparedTable) {
    this.#batches = batches[Symbol.asyncIterator]();
    this.#table = table;
  }

  /** The next row if it is already here. */
  nextInBatch(): ComparedRow | null {
    const row = this.#batch[this.#at];
    if (row === undefined) return null;
    this.#at += 1;
    this.rows += 1;
    if (this.#last !== null && orderOf(this.#table, this.#last, row) >= 0) {
      throw new Error(`rows of ${this.#table.source.table} did not come in key order`);
    }
    this.#last = row;
    return row;
  }

  async next(): Promise<ComparedRow | null> {
    for (;;) {
      const row = this.nextInBatch();
      if (row !== null) return row;
      const { value, done } = await this.#batches.next();
      if (done === true) return null;
      this.#batch = value;
      this.#at = 0;
    }
  }
}

/** Order of two rows by key; a missing row comes after every row. */
function orderOf(table: ComparedTable, left: ComparedRow | null, right: ComparedRow | null): number {
  if (left === null) return right === null ? 0 : 1;
  if (right === null) return -1;
  for (const index of table.key) {
    const order = table.columns[index]?.rule.order?.(left[index] ?? '', right[index] ?? '') ?? 0;
    if (order !== 0) return order;
  }
  return 0;
}

function valueDifferences(
  table: ComparedTable,
  source: ComparedRow | null,
  target: ComparedRow | null,
): Difference[] {
  return table.columns.flatMap(({ name, rule }, index) => {
    const left = source?.[index] ?? null;
    const right = target?.[index] ?? null;
    const isSame =
      left === right || (left !== null && right !== null && (rule.isSame?.(left, right) ?? false));
    return isSame
      ? []
      : [{ key: keyOf(table, source), column: name, source: show(left), target: show(right) }];
  });
}

function rowDifference(table: ComparedTable, row: ComparedRow | null, side: 'source' | 'target'): Difference {
  const sides = { source: '(no row)', target: '(no row)', [side]: '(row)' };
  return { key: keyOf(table, row), column: '(row)', ...sides };
}

function keyOf(table: ComparedTable, row: ComparedRow | null): string[] {
  return table.key.map((index) => show(row?.[index] ?? null));
}

function show(value: string | null): string {
  if (value === null) return 'NULL';
  if (value.length <= shownCharactersMax) return JSON.stringify(value);
  return `${JSON.stringify(value.slice(0, shownCharactersMax))}... of ${value.length}`;
}
