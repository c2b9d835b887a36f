import type { ColumnPlan } from '../migration-plan.ts';
import type { SourceIndex, SourceTable } from '../source-table.ts';

export interface ChosenKey {
  /** Indexes into the columns, in key order. */
  readonly columns: readonly number[];
  /** The unique index that serves as key; null when it is the primary key. */
  readonly uniqueIndex: string | null;
}

/** The primary key, or else the first shortest unique key of whole NOT NULL columns; null when there is neither. */
export function chooseKey(table: SourceTable, columns: readonly ColumnPlan[]): ChosenKey | null {
  if (table.primaryKey !== null) return { columns: places(table.primaryKey, columns), uniqueIndex: null };
  const candidates = secondaryIndexes(table)
    .filter((index) => index.isUnique && wholeColumns(index) !== null)
    .map((index) => ({ columns: places(wholeColumns(index) ?? [], columns), uniqueIndex: index.name }))
    .filter((key) => key.columns.every((place) => columns[place]?.target.isNullable === false))
    .sort((left, right) => left.columns.length - right.columns.length);
  return candidates[0] ?? null;
}

/** All indexes but the primary key's. */
export function secondaryIndexes(table: SourceTable): readonly SourceIndex[] {
  return table.indexes.filter(({ name }) => name.toUpperCase() !== 'PRIMARY');
}

/** The index's columns in order; null when a part is an expression or only the beginning of a column. */
export function wholeColumns(index: SourceIndex): readonly string[] | null {
  const names: string[] = [];
  for (const { column, prefixLength } of index.parts) {
    if (column === null || prefixLength !== null) return null;
    names.push(column);
  }
  return names;
}

export function places(names: readonly string[], columns: readonly ColumnPlan[]): number[] {
  return names.map((name) => columns.findIndex((column) => column.source.name === name));
}
