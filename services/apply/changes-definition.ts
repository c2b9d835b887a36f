import type { SchemaChangeRecord } from '../../schemas/log-item.ts';

const leadingComments = /^(?:\s|\/\*(?!!)[\s\S]*?\*\/|--[^\n]*\n|#[^\n]*\n)*/u;

/**
 * Tables of the plan (`database.table`) whose definition a statement of the log changes; empty when it is none of ours.
 * TRUNCATE comes as a statement too; its effect is an item of its own.
 */
export function changedTables(change: SchemaChangeRecord, planned: ReadonlySet<string>): string[] {
  const statement = change.ddl.replace(leadingComments, '');
  if (/^truncate\b/iu.test(statement)) return [];
  if (/^drop\s+(?:database|schema)\b/iu.test(statement)) {
    return [...planned].filter((id) => id.startsWith(`${change.database}.`));
  }
  return change.tables.filter((id) => planned.has(id));
}
