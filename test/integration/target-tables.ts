import type { PlanStep, TablePlan } from '../../schemas/migration-plan.ts';
import { sourceTable } from '../../schemas/plan/source-fixture.ts';

/** A table plan of schema `s` with the given columns (name, PostgreSQL type), for tests that need no source. */
export function planTable(
  name: string,
  columns: readonly (readonly [string, string])[],
  key: readonly string[],
): TablePlan {
  return {
    id: `shop.${name}`,
    source: { database: 'shop', table: name },
    target: { schema: 's', table: name },
    columns: columns.map(([column, type]) => ({
      source: { name: column, columnType: type },
      target: { name: column, type, isNullable: !key.includes(column) },
      value: { kind: 'integer', min: '0', max: '1' },
    })),
    key: key.map((wanted) => columns.findIndex(([column]) => column === wanted)),
    uniqueKeys: [],
    catalogue: sourceTable({ name, columns: [], primaryKey: key }),
  };
}

/** The step that makes the table. */
export function createStep(table: TablePlan, at: number): PlanStep {
  const columns = table.columns.map(({ target }) => `"${target.name}" ${target.type}`);
  const key = table.key.map((index) => `"${table.columns[index]?.target.name}"`).join(', ');
  return {
    id: `expand/${at}`,
    title: `make ${table.id}`,
    sql: `CREATE SCHEMA IF NOT EXISTS s; CREATE TABLE s."${table.target.table}" (${columns.join(', ')}, PRIMARY KEY (${key}))`,
    undo: `DROP TABLE s."${table.target.table}"`,
    lock: 'none',
    isTransactional: true,
  };
}
