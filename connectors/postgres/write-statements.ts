import type { TablePlan } from '../../schemas/migration-plan.ts';
import { castType, keyCastType } from './cast-type.ts';
import { qualifiedName, quoteIdentifier } from './quote.ts';

/** Set-based statements for one table. Every parameter is one column's values as text[], so the text does not depend on the number of rows. */
export interface WriteStatements {
  /** Parameters: the key columns in key order. */
  readonly deleteByKey: string;
  /** Parameters: all columns in the plan's order. */
  readonly upsert: string;
  readonly deleteAll: string;
}

export function writeStatements(table: TablePlan): WriteStatements {
  return { deleteByKey: deleteByKey(table), upsert: upsert(table), deleteAll: deleteAll(table) };
}

function deleteByKey(table: TablePlan): string {
  const keys = table.key.map((index) => columnAt(table, index));
  const conditions = keys.map(
    (column, at) => `t.${quoteIdentifier(column.target.name)} = d.c${at}::${keyCastType(column.target.type)}`,
  );
  return `DELETE FROM ${nameOf(table)} AS t USING ${unnest(keys.length)} AS d(${aliases(keys.length)}) WHERE ${conditions.join(' AND ')}`;
}

function upsert(table: TablePlan): string {
  const names = table.columns.map((column) => quoteIdentifier(column.target.name));
  const values = table.columns.map((column, at) => `d.c${at}::${castType(column.target.type)}`);
  const keyNames = table.key.map((index) => quoteIdentifier(columnAt(table, index).target.name));
  const assignments = names
    .filter((_, at) => !table.key.includes(at))
    .map((name) => `${name} = excluded.${name}`);
  const action = assignments.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${assignments.join(', ')}`;
  // Ordered by key: neighbours in the index are written one after the other.
  const order = table.key.map((index) => String(index + 1)).join(', ');
  return [
    // Without OVERRIDING an identity column GENERATED ALWAYS would refuse the source's numbers; on other tables it means nothing.
    `INSERT INTO ${nameOf(table)} (${names.join(', ')}) OVERRIDING SYSTEM VALUE`,
    `SELECT ${values.join(', ')} FROM ${unnest(names.length)} AS d(${aliases(names.length)}) ORDER BY ${order}`,
    `ON CONFLICT (${keyNames.join(', ')}) ${action}`,
  ].join(' ');
}

/**
 * A source's TRUNCATE is a DELETE here: PostgreSQL's TRUNCATE empties the table also for snapshots taken before it, which
 * would show a state the source never had; it also stops every reader and refuses tables that foreign keys point to.
 */
function deleteAll(table: TablePlan): string {
  return `DELETE FROM ${nameOf(table)}`;
}

function nameOf(table: TablePlan): string {
  return qualifiedName(table.target.schema, table.target.table);
}

function unnest(count: number): string {
  return `unnest(${Array.from({ length: count }, (_, at) => `$${at + 1}::text[]`).join(', ')})`;
}

function aliases(count: number): string {
  return Array.from({ length: count }, (_, at) => `c${at}`).join(', ');
}

function columnAt(table: TablePlan, index: number): TablePlan['columns'][number] {
  const column = table.columns[index];
  if (column === undefined) throw new RangeError(`table ${table.id} has no column number ${index}`);
  return column;
}
