import type { PlanStep, TablePlan } from '../../schemas/migration-plan.ts';
import { carriedIndexes, foreignKeyFault, referencedTable } from '../../schemas/plan/carried-objects.ts';
import { places } from '../../schemas/plan/choose-key.ts';
import type { SourceForeignKey, SourceIndex } from '../../schemas/source-table.ts';
import { columnList } from './expand-steps.ts';
import { qualifiedName, quoteIdentifier } from './quote.ts';
import { shortName } from './relation-names.ts';
import { relationNamesOf, type TableNames } from './table-names.ts';

interface NamedStep {
  readonly slug: string;
  readonly step: Omit<PlanStep, 'id'>;
}

/**
 * Steps that run while changes stream in: unique indexes, other indexes, foreign keys, statistics, in this order. All
 * foreign keys come after all unique indexes, since they may refer to any of them.
 */
export function postSteps(tables: readonly TablePlan[]): PlanStep[] {
  const names = relationNamesOf(tables);
  const steps: NamedStep[] = [
    ...tables.flatMap((table) => indexSteps(table, names(table), true)),
    ...tables.flatMap((table) => indexSteps(table, names(table), false)),
    ...tables.flatMap((table) =>
      carriedForeignKeys(table, tables).map((key) => addForeignKey(table, key, tables)),
    ),
    ...tables.flatMap((table) =>
      carriedForeignKeys(table, tables).map((key) => validateForeignKey(table, key)),
    ),
    ...tables.map(analyze),
  ];
  return steps.map(({ slug, step }, index) => ({
    id: `post/${String(index + 1).padStart(3, '0')}-${slug}`,
    ...step,
  }));
}

function indexSteps(table: TablePlan, names: TableNames, isUnique: boolean): NamedStep[] {
  return carriedIndexes(table)
    .filter((index) => index.isUnique === isUnique)
    .map((index) => createIndex(table, index, names.indexes.get(index.name) ?? ''));
}

function createIndex(table: TablePlan, index: SourceIndex, name: string): NamedStep {
  const parts = index.parts.map(({ column, isDescending }) => {
    const quoted = columnList(table, places([column ?? ''], table.columns));
    return isDescending ? `${quoted} DESC` : quoted;
  });
  const kind = index.isUnique ? 'unique index' : 'index';
  return {
    slug: `${index.isUnique ? 'unique' : 'index'}-${table.id}.${index.name}`,
    step: {
      title: `build ${kind} ${name} on ${table.target.schema}.${table.target.table}`,
      sql: `CREATE ${index.isUnique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${quoteIdentifier(name)} ON ${tableName(table)} (${parts.join(', ')});`,
      // Also takes away the invalid index that a broken build leaves behind.
      undo: `DROP INDEX CONCURRENTLY IF EXISTS ${qualifiedName(table.target.schema, name)};`,
      lock: 'SHARE UPDATE EXCLUSIVE: reads and writes go on; it waits for open transactions to end',
      isTransactional: false,
    },
  };
}

function carriedForeignKeys(table: TablePlan, tables: readonly TablePlan[]): readonly SourceForeignKey[] {
  return table.catalogue.foreignKeys.filter((key) => foreignKeyFault(table, key, tables) === null);
}

function addForeignKey(
  table: TablePlan,
  foreignKey: SourceForeignKey,
  tables: readonly TablePlan[],
): NamedStep {
  const referenced = referencedTable(foreignKey, tables) ?? table;
  const constraint = quoteIdentifier(shortName(foreignKey.name));
  const sql = [
    `ALTER TABLE ${tableName(table)} ADD CONSTRAINT ${constraint}`,
    `  FOREIGN KEY (${columnList(table, places(foreignKey.columns, table.columns))})`,
    `  REFERENCES ${tableName(referenced)} (${columnList(referenced, places(foreignKey.referencedColumns, referenced.columns))})`,
    `  ON UPDATE ${foreignKey.onUpdate.toUpperCase()} ON DELETE ${foreignKey.onDelete.toUpperCase()} NOT VALID;`,
  ];
  return {
    slug: `foreign-key-${table.id}.${foreignKey.name}`,
    step: {
      title: `add foreign key ${foreignKey.name} to ${table.target.schema}.${table.target.table}, not yet checked`,
      sql: sql.join('\n'),
      undo: `ALTER TABLE ${tableName(table)} DROP CONSTRAINT IF EXISTS ${constraint};`,
      lock: 'SHARE ROW EXCLUSIVE on both tables for a moment: reads go on, writes wait',
      isTransactional: true,
    },
  };
}

function validateForeignKey(table: TablePlan, { name }: SourceForeignKey): NamedStep {
  return {
    slug: `validate-${table.id}.${name}`,
    step: {
      title: `check all rows against foreign key ${name} of ${table.target.schema}.${table.target.table}`,
      sql: `ALTER TABLE ${tableName(table)} VALIDATE CONSTRAINT ${quoteIdentifier(shortName(name))};`,
      undo: '-- Nothing to undo: the constraint goes with the step that added it.',
      lock: 'SHARE UPDATE EXCLUSIVE, and ROW SHARE on the referenced table: reads and writes go on',
      isTransactional: true,
    },
  };
}

function analyze(table: TablePlan): NamedStep {
  return {
    slug: `analyze-${table.id}`,
    step: {
      title: `collect statistics of ${table.target.schema}.${table.target.table}`,
      sql: `ANALYZE ${tableName(table)};`,
      undo: '-- Nothing to undo.',
      lock: 'SHARE UPDATE EXCLUSIVE: reads and writes go on',
      isTransactional: true,
    },
  };
}

function tableName({ target }: TablePlan): string {
  return qualifiedName(target.schema, target.table);
}
