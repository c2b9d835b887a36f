import { CausewayError } from '../errors/causeway-error.ts';
import type { ColumnPlan, MigrationPlan, PlanNote, TablePlan } from '../migration-plan.ts';
import type { SourceTable } from '../source-table.ts';
import { collidingColumns } from '../types/avro-field-name.ts';
import { mapMysqlColumn } from '../types/map-mysql-column.ts';
import { carriedIndexes } from './carried-objects.ts';
import { chooseKey, places, wholeColumns } from './choose-key.ts';
import { notesOfTable } from './plan-notes.ts';
import { planFingerprint } from './plan-fingerprint.ts';
import type { TargetPlanSql } from './target-plan-sql.ts';

export interface PlanInput {
  readonly migration: string;
  readonly targetSchema: string;
  readonly tables: readonly SourceTable[];
}

/** Decides how the tables are moved. Everything that cannot be moved is told at once, as PLAN_REFUSED. */
export function buildPlan(input: PlanInput, targetSql: TargetPlanSql): MigrationPlan {
  const problems = schemaProblems(input, targetSql);
  const notes: PlanNote[] = [];
  const tables: TablePlan[] = [];
  for (const source of input.tables) {
    const table = planTable(source, input.targetSchema, targetSql, problems, notes);
    if (table !== null) tables.push(table);
  }
  if (problems.length > 0) refusePlan(input.migration, problems);
  for (const table of tables) notes.push(...notesOfTable(table, tables, targetSql));

  const expand = targetSql.expandSteps(input.targetSchema, tables);
  const post = targetSql.postSteps(tables);
  return {
    version: 1,
    migration: input.migration,
    targetSchema: input.targetSchema,
    tables,
    expand,
    post,
    notes,
    fingerprint: planFingerprint({ tables, expand, post }),
  };
}

function refusePlan(migration: string, problems: readonly string[]): never {
  const list = problems.map((problem) => `\n- ${problem}`).join('');
  const count = problems.length === 1 ? '1 reason' : `${problems.length} reasons`;
  throw new CausewayError('PLAN_REFUSED', `Migration ${migration} cannot be planned, for ${count}:${list}`, {
    facts: { migration, problems },
  });
}

function schemaProblems({ targetSchema, tables }: PlanInput, targetSql: TargetPlanSql): string[] {
  const problems: string[] = [];
  const fault = targetSql.nameFault('schema', targetSchema);
  if (fault !== null) problems.push(`target schema ${targetSchema}: ${fault}`);
  if (tables.length === 0) problems.push('there is no table to move');
  const byName = new Map<string, string>();
  for (const { database, name } of tables) {
    const other = byName.get(name);
    if (other !== undefined) {
      problems.push(`${database}.${name}: ${other}.${name} has the same name in the target schema`);
    }
    byName.set(name, database);
  }
  return problems;
}

/** The plan of one table; null when it has problems, which are added to the list. */
function planTable(
  source: SourceTable,
  targetSchema: string,
  targetSql: TargetPlanSql,
  problems: string[],
  notes: PlanNote[],
): TablePlan | null {
  const id = `${source.database}.${source.name}`;
  const before = problems.length;
  const fault = targetSql.nameFault('table', source.name);
  if (fault !== null) problems.push(`${id}: ${fault}`);
  if (source.columns.length > targetSql.columnsMax) {
    problems.push(`${id}: more than ${targetSql.columnsMax} columns`);
  }
  for (const group of collidingColumns(source.columns.map(({ name }) => name))) {
    problems.push(
      `${id}: columns ${group.join(', ')} have the same name in the log, where only ASCII letters, digits and _ are kept`,
    );
  }
  const columns = planColumns(source, id, targetSql, problems, notes);
  const isWhole = columns.length === source.columns.length;
  const key = isWhole ? chooseKey(source, columns) : null;
  if (isWhole && key === null) {
    problems.push(`${id}: no primary key, and no unique key whose columns are whole and NOT NULL`);
  }
  for (const place of key?.columns ?? []) {
    const column = columns[place];
    if (column?.value.kind === 'float4' || column?.value.kind === 'float8') {
      problems.push(
        `${id}.${column.source.name}: ${column.source.columnType} in the key, where equality must be exact`,
      );
    }
  }
  if (key === null || problems.length > before) return null;
  if (key.uniqueIndex !== null) {
    const what = `no primary key: the unique key ${key.uniqueIndex} serves as key and becomes the primary key of the target`;
    notes.push({ severity: 'warning', where: id, what });
  }
  return withUniqueKeys({
    id,
    source: { database: source.database, table: source.name },
    target: { schema: targetSchema, table: source.name },
    columns,
    key: key.columns,
    uniqueKeys: [],
    catalogue: source,
  });
}

function planColumns(
  source: SourceTable,
  id: string,
  targetSql: TargetPlanSql,
  problems: string[],
  notes: PlanNote[],
): ColumnPlan[] {
  const columns: ColumnPlan[] = [];
  for (const column of source.columns) {
    const where = `${id}.${column.name}`;
    const fault = targetSql.nameFault('column', column.name);
    if (fault !== null) problems.push(`${where}: ${fault}`);
    const mapping = mapMysqlColumn(column);
    if ('refused' in mapping) {
      problems.push(`${where}: ${mapping.refused} (${column.columnType})`);
      continue;
    }
    for (const what of mapping.notes) notes.push({ severity: 'info', where, what });
    // A primary key's columns are NOT NULL even where the catalogue says otherwise.
    const isNullable = column.isNullable && source.primaryKey?.includes(column.name) !== true;
    columns.push({
      source: { name: column.name, columnType: column.columnType },
      target: { name: column.name, type: mapping.targetType, isNullable },
      value: mapping.value,
    });
  }
  return columns;
}

function withUniqueKeys(table: TablePlan): TablePlan {
  const uniqueKeys = carriedIndexes(table)
    .filter(({ isUnique }) => isUnique)
    .map((index) => places(wholeColumns(index) ?? [], table.columns));
  return { ...table, uniqueKeys };
}
