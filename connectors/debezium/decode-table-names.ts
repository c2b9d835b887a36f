import { renamedTables } from './decode-ddl-names.ts';

/** Where the record of a schema change names tables. */
export interface SchemaChangeNames {
  /** `tableChanges[].id`: the tables as they are after the statement. */
  readonly changeIds: readonly string[];
  readonly databases: readonly string[];
  /** `source.table`: one table, or those of a statement with several parts, joined by commas. */
  readonly sourceTable: string | null;
  /** The only place that names the old table of a rename. */
  readonly ddl: string;
}

/**
 * `database.table` of every table that a schema change may touch. Names may contain the comma that joins them: every way
 * to read the list is taken. So the answer may name a table too many, and never one too few.
 */
export function tablesOfSchemaChange(names: SchemaChangeNames): string[] {
  const { changeIds, databases, sourceTable, ddl } = names;
  const tables = new Set<string>();
  const candidates = new Set(databases);
  for (const id of changeIds) {
    const parts = unquoteId(id);
    tables.add(parts.join('.'));
    const [database] = parts;
    if (database !== undefined && parts.length > 1) candidates.add(database);
  }
  candidates.delete('');
  for (const [first, second] of renamedTables(ddl)) {
    if (second !== undefined) tables.add(`${first}.${second}`);
    else for (const database of candidates) tables.add(`${database}.${first}`);
  }
  for (const name of readingsOf(sourceTable ?? '')) {
    for (const database of candidates) tables.add(`${database}.${name}`);
  }
  return [...tables];
}

/** `"shop"."orders"`; a quote inside a name is doubled. */
function unquoteId(id: string): string[] {
  const parts = [...id.matchAll(/"((?:[^"]|"")*)"/g)].map(([, part = '']) => part.replaceAll('""', '"'));
  return parts.length === 0 ? [id] : parts;
}

/** All runs of parts: the list is short, and so is their number. */
function readingsOf(list: string): string[] {
  const parts = list.split(',');
  const readings: string[] = [];
  for (let from = 0; from < parts.length; from++) {
    for (let to = from + 1; to <= parts.length; to++) readings.push(parts.slice(from, to).join(','));
  }
  return readings.filter((name) => name !== '');
}
