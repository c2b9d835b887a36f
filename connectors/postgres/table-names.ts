import type { TablePlan } from '../../schemas/migration-plan.ts';
import { carriedIndexes } from '../../schemas/plan/carried-objects.ts';
import { RelationNames } from './relation-names.ts';

export interface TableNames {
  readonly primaryKey: string;
  /** Sequences of AUTO_INCREMENT columns that cannot be identities, by the column's place. */
  readonly sequences: ReadonlyMap<number, string>;
  /** Target names of secondary indexes by their source names. */
  readonly indexes: ReadonlyMap<string, string>;
}

/** Names of everything in the schema that belongs to these tables; the same for expand and post steps. */
export function relationNamesOf(tables: readonly TablePlan[]): (table: TablePlan) => TableNames {
  const names = new RelationNames(tables.map(({ target }) => target.table));
  const byTable = new Map<string, TableNames>();
  for (const table of tables) {
    const primaryKey = names.take(`${table.target.table}_pkey`);
    const sequences = new Map<number, string>();
    for (const [place, source] of table.catalogue.columns.entries()) {
      const column = table.columns[place];
      if (!source.isAutoIncrement || column?.target.type.startsWith('numeric') !== true) continue;
      sequences.set(place, names.take(`${table.target.table}_${column.target.name}_seq`));
    }
    const indexes = new Map<string, string>();
    for (const { name } of carriedIndexes(table)) {
      indexes.set(name, names.take(`${table.target.table}_${name}`));
    }
    byTable.set(table.id, { primaryKey, sequences, indexes });
  }
  return (table) => {
    const found = byTable.get(table.id);
    if (found === undefined) throw new Error(`no names for table ${table.id}`);
    return found;
  };
}
