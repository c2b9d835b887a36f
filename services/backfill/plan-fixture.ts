import type { TablePlan } from '../../schemas/migration-plan.ts';
import { sourceTable } from '../../schemas/plan/source-fixture.ts';

/** A table plan for unit tests: one key column `id`. */
export function planOf(id: string, rowsEstimate: number, bytesEstimate: number): TablePlan {
  const [database = '', table = ''] = id.split('.');
  return {
    id,
    source: { database, table },
    target: { schema: 'public', table },
    columns: [
      {
        source: { name: 'id', columnType: 'int' },
        target: { name: 'id', type: 'integer', isNullable: false },
        value: { kind: 'integer', min: '-2147483648', max: '2147483647' },
      },
    ],
    key: [0],
    uniqueKeys: [],
    catalogue: sourceTable({ database, name: table, columns: [], rowsEstimate, bytesEstimate }),
  };
}
