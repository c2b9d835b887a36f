import type { TablePlan } from '../migration-plan.ts';
import type { SourceForeignKey, SourceIndex } from '../source-table.ts';
import { secondaryIndexes, wholeColumns } from './choose-key.ts';

/** Why an index is not made on the target; null when it is. Decided once, for the SQL and for the notes. */
export function indexFault(index: SourceIndex): string | null {
  if (index.method === 'fulltext') return 'full-text indexes are not carried';
  if (index.method === 'spatial' || index.method === 'rtree') return 'spatial indexes are not carried';
  if (index.parts.some(({ column }) => column === null)) return 'indexes on expressions are not carried';
  if (index.parts.some(({ prefixLength }) => prefixLength !== null)) {
    return 'indexes on the beginning of a column are not carried';
  }
  // A unique index holds its promise whether or not queries use it.
  if (!index.isVisible && !index.isUnique) return 'invisible indexes are not carried';
  return null;
}

/** Secondary indexes that are made on the target; one that became the primary key is not made again. */
export function carriedIndexes(table: TablePlan): readonly SourceIndex[] {
  return secondaryIndexes(table.catalogue).filter(
    (index) => indexFault(index) === null && !isTheKey(table, index),
  );
}

function isTheKey(table: TablePlan, index: SourceIndex): boolean {
  if (!index.isUnique || table.catalogue.primaryKey !== null) return false;
  const key = table.key.map((place) => table.columns[place]?.source.name);
  return wholeColumns(index)?.join('\0') === key.join('\0');
}

/** Why a foreign key is not made on the target; null when it is. */
export function foreignKeyFault(
  table: TablePlan,
  foreignKey: SourceForeignKey,
  tables: readonly TablePlan[],
): string | null {
  const referenced = referencedTable(foreignKey, tables);
  const name = `${foreignKey.referencedDatabase}.${foreignKey.referencedTable}`;
  if (referenced === undefined) return `refers to ${name}, which is not part of the migration`;
  if (!isUniqueOnTarget(referenced, foreignKey.referencedColumns)) {
    return `refers to columns of ${name} that are no key of their own`;
  }
  const loose =
    looseColumn(table, foreignKey.columns) ?? looseColumn(referenced, foreignKey.referencedColumns);
  if (loose !== null) {
    return `the collation of ${loose} takes different texts for equal, which PostgreSQL's foreign key would not`;
  }
  return null;
}

export function referencedTable(
  { referencedDatabase, referencedTable }: SourceForeignKey,
  tables: readonly TablePlan[],
): TablePlan | undefined {
  return tables.find(
    ({ source }) => source.database === referencedDatabase && source.table === referencedTable,
  );
}

/** Whether the collation takes texts for equal that differ in case, accents or otherwise. */
export function isLooseCollation(collation: string | null): boolean {
  return collation !== null && collation !== 'binary' && !collation.endsWith('_bin');
}

function isUniqueOnTarget(table: TablePlan, names: readonly string[]): boolean {
  const wanted = [...names].sort().join('\0');
  return [table.key, ...table.uniqueKeys].some(
    (key) =>
      key
        .map((place) => table.columns[place]?.source.name ?? '')
        .sort()
        .join('\0') === wanted,
  );
}

function looseColumn(table: TablePlan, names: readonly string[]): string | null {
  const loose = table.catalogue.columns.find(
    ({ name, dataType, collation }) =>
      names.includes(name) && dataType.endsWith('char') && isLooseCollation(collation),
  );
  return loose === undefined ? null : `${table.id}.${loose.name}`;
}
