import { describe, expect, it } from 'vitest';
import type { RowField, RowSchema } from '../log-item.ts';
import type { TablePlan } from '../migration-plan.ts';
import { columnPlan, sourceColumn, sourceTable, textColumn } from '../plan/source-fixture.ts';
import { checkRowSchema } from './check-row-schema.ts';

const columns = [
  sourceColumn({ name: 'id', dataType: 'bigint', isUnsigned: true }),
  textColumn({ name: 'order-no', isNullable: true }),
  sourceColumn({ name: 'placed', dataType: 'datetime', fractionDigits: 6 }),
  sourceColumn({ name: 'state', dataType: 'enum', labels: ['new', 'a,b'] }),
];
const table: TablePlan = {
  id: 'shop.orders',
  source: { database: 'shop', table: 'orders' },
  target: { schema: 'shop', table: 'orders' },
  columns: columns.map(columnPlan),
  key: [0],
  uniqueKeys: [],
  catalogue: sourceTable({ name: 'orders', columns }),
};

const id = field({ name: 'id', avroType: 'bytes', connectName: 'org.apache.kafka.connect.data.Decimal' });
const orderNo = field({ name: 'order_no', avroType: 'string', isNullable: true });
const placed = field({
  name: 'placed',
  avroType: 'long',
  connectName: 'io.debezium.time.MicroTimestamp',
  isNullable: true,
});
const state = field({
  name: 'state',
  avroType: 'string',
  connectName: 'io.debezium.data.Enum',
  connectParameters: { allowed: String.raw`new,a\,b` },
});

describe('checkRowSchema', () => {
  it('takes the schema of the planned table, in any order of fields', () => {
    expect(() => checkRowSchema(table, schema(state, placed, orderNo, id))).not.toThrow();
  });

  it.each([
    ['a column is gone', schema(id, orderNo, state), 'column placed is gone'],
    [
      'a column is new',
      schema(id, orderNo, placed, state, field({ name: 'vat', avroType: 'int' })),
      'column vat is new',
    ],
    [
      'a type changed',
      schema({ ...id, avroType: 'long', connectName: null }, orderNo, placed, state),
      'column id is bigint in the plan but arrives as long',
    ],
    [
      'the precision of a time changed',
      schema(id, orderNo, { ...placed, connectName: 'io.debezium.time.Timestamp' }, state),
      'column placed is datetime in the plan but arrives as io.debezium.time.Timestamp',
    ],
    [
      'a column may be NULL now',
      schema({ ...id, isNullable: true }, orderNo, placed, state),
      'column id is NOT NULL in the plan but may be NULL now',
    ],
    [
      'a label was added',
      schema(id, orderNo, placed, { ...state, connectParameters: { allowed: String.raw`new,a\,b,old` } }),
      'column state has other labels than in the plan',
    ],
  ])('refuses rows when %s', (_, changed, difference) => {
    expect(() => checkRowSchema(table, changed)).toThrow(
      expect.objectContaining({
        code: 'SCHEMA_CHANGED',
        facts: { table: 'shop.orders', differences: [difference], schemaId: 7 },
      }),
    );
  });
});

function field(given: Partial<RowField> & { readonly name: string; readonly avroType: string }): RowField {
  return { isNullable: false, connectName: null, connectParameters: {}, ...given };
}

function schema(...fields: readonly RowField[]): RowSchema {
  return { registryId: 7, fields };
}
