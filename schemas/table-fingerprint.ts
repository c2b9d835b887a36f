import { createHash } from 'node:crypto';
import type { SourceTable } from './source-table.ts';

/**
 * A digest of what a copy of the table's rows depends on: columns in order with their types, and the primary key.
 * Defaults, comments and secondary indexes may change without harm and are left out.
 */
export function tableFingerprint(table: Pick<SourceTable, 'columns' | 'primaryKey'>): string {
  const facts = [
    table.columns.map((column) => [
      column.name,
      column.columnType,
      column.isNullable,
      column.characterSet,
      column.collation,
      column.generated,
      column.labels,
    ]),
    table.primaryKey,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
