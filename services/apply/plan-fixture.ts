import type { TablePlan } from '../../schemas/migration-plan.ts';
import { sourceTable } from '../../schemas/plan/source-fixture.ts';

/** For tests: shop.account (id bigint key, tag varchar unique, note text null). */
export const accountTable: TablePlan = {
  id: 'shop.account',
  source: { database: 'shop', table: 'account' },
  target: { schema: 'shop', table: 'account' },
  columns: [
    column('id', 'bigint', 'bigint', false),
    column('tag', 'varchar(20)', 'varchar(20)', true),
    column('note', 'varchar(20)', 'varchar(20)', true),
  ],
  key: [0],
  uniqueKeys: [[1]],
  catalogue: sourceTable({
    name: 'account',
    columns: [
      catalogued('id', 'bigint', false),
      catalogued('tag', 'varchar', true),
      catalogued('note', 'varchar', true),
    ],
  }),
};

function column(
  name: string,
  columnType: string,
  type: string,
  isNullable: boolean,
): TablePlan['columns'][number] {
  return {
    source: { name, columnType },
    target: { name, type, isNullable },
    value:
      type === 'bigint'
        ? { kind: 'integer', min: '-9223372036854775808', max: '9223372036854775807' }
        : { kind: 'text', charsMax: 20 },
  };
}

function catalogued(
  name: string,
  dataType: string,
  isNullable: boolean,
): TablePlan['catalogue']['columns'][number] {
  return {
    name,
    dataType,
    columnType: dataType === 'varchar' ? 'varchar(20)' : dataType,
    isUnsigned: false,
    isNullable,
    defaultText: null,
    isDefaultExpression: false,
    isAutoIncrement: false,
    generated: null,
    isInvisible: false,
    length: dataType === 'varchar' ? 20 : null,
    numericPrecision: null,
    numericScale: null,
    fractionDigits: null,
    characterSet: dataType === 'varchar' ? 'utf8mb4' : null,
    collation: dataType === 'varchar' ? 'utf8mb4_0900_ai_ci' : null,
    labels: [],
    comment: '',
  };
}
