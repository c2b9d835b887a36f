import type { TablePlan } from '../../schemas/migration-plan.ts';
import { sourceTable } from '../../schemas/plan/source-fixture.ts';
import type { SourceColumn } from '../../schemas/source-table.ts';

/** For tests: a plan of `shop.t` whose primary key has the given columns, some of them descending. */
export function tablePlan(
  columns: readonly SourceColumn[],
  key: readonly string[],
  descending: readonly string[] = [],
): TablePlan {
  const parts = key.map((column) => ({
    column,
    expression: null,
    prefixLength: null,
    isDescending: descending.includes(column),
  }));
  const primary = { name: 'PRIMARY', isUnique: true, method: 'btree', isVisible: true, parts };
  return {
    id: 'shop.t',
    source: { database: 'shop', table: 't' },
    target: { schema: 'public', table: 't' },
    columns: columns.map(({ name, columnType, isNullable }) => ({
      source: { name, columnType },
      target: { name, type: 'text', isNullable },
      value: { kind: 'text', charsMax: null },
    })),
    key: key.map((name) => columns.findIndex((column) => column.name === name)),
    uniqueKeys: [],
    catalogue: sourceTable({ name: 't', columns, primaryKey: key, indexes: [primary] }),
  };
}
