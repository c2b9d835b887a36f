/**
 * `database.table` of every table that a schema change may touch. A rename names the new table in its table changes
 * and both only in `source.table`, joined by commas, which table names may contain as well: every way to read the list
 * is taken. So the answer may name a table too many, and never one too few.
 */
export function tablesOfSchemaChange(
  changeIds: readonly string[],
  databases: readonly string[],
  sourceTable: string | null,
): string[] {
  const tables = new Set<string>();
  const candidates = new Set(databases);
  for (const id of changeIds) {
    const parts = unquoteId(id);
    tables.add(parts.join('.'));
    const [database] = parts;
    if (database !== undefined && parts.length > 1) candidates.add(database);
  }
  candidates.delete('');
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

/** A statement's record names two tables at most, so a longer list consists of commas inside names. */
function readingsOf(list: string): string[] {
  const parts = list.split(',');
  const readings: string[] = [];
  for (let from = 0; from < parts.length; from++) {
    for (let to = from + 1; to <= parts.length; to++) readings.push(parts.slice(from, to).join(','));
  }
  return readings.filter((name) => name !== '');
}
