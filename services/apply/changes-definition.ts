import type { SchemaChangeRecord } from '../../schemas/log-item.ts';

const leadingComments = /^(?:\s|\/\*(?!!)[\s\S]*?\*\/|--[^\n]*\n|#[^\n]*\n)*/u;

/**
 * Tables of the plan (`database.table`) whose definition a statement of the log changes; empty when it is none of ours.
 * TRUNCATE comes as a statement too; its effect is an item of its own. Names are compared without their case: where the
 * server keeps names in lower case, a statement has them as its author wrote them.
 */
export function changedTables(change: SchemaChangeRecord, planned: ReadonlySet<string>): string[] {
  const statement = change.ddl.replace(leadingComments, '');
  if (/^truncate\b/iu.test(statement)) return [];
  if (/^drop\s+(?:database|schema)\b/iu.test(statement)) {
    const prefix = `${change.database}.`.toLowerCase();
    return [...planned].filter((id) => id.toLowerCase().startsWith(prefix));
  }
  const named = new Set(change.tables.map((id) => id.toLowerCase()));
  return [...planned].filter((id) => named.has(id.toLowerCase()));
}
