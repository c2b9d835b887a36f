import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../schemas/plan/build-plan.ts';
import { renderPlan } from '../../schemas/plan/render-plan.ts';
import { sourceColumn, sourceTable, textColumn } from '../../schemas/plan/source-fixture.ts';
import type { SourceColumn, SourceIndex, SourceTable } from '../../schemas/source-table.ts';
import { postgresPlanSql } from './plan-steps.ts';

const id = sourceColumn({
  name: 'id',
  dataType: 'bigint',
  columnType: 'bigint unsigned',
  isUnsigned: true,
  isAutoIncrement: true,
});

const customers = sourceTable({
  name: 'customers',
  comment: "People who bought: the shop's customers",
  columns: [
    id,
    textColumn({ name: 'email', length: 200 }),
    textColumn({
      name: 'country',
      length: 2,
      defaultText: 'IT',
      collation: 'utf8mb4_bin',
      comment: 'ISO 3166',
    }),
    sourceColumn({
      name: 'state',
      dataType: 'enum',
      columnType: "enum('new','it''s')",
      labels: ['new', "it's"],
      characterSet: 'utf8mb4',
      defaultText: 'new',
    }),
    sourceColumn({
      name: 'flags',
      dataType: 'set',
      columnType: "set('a','b c')",
      labels: ['a', 'b c'],
      characterSet: 'utf8mb4',
      isNullable: true,
      defaultText: 'a,b c',
    }),
    sourceColumn({
      name: 'created',
      dataType: 'timestamp',
      columnType: 'timestamp(3)',
      fractionDigits: 3,
      defaultText: 'CURRENT_TIMESTAMP(3)',
      isDefaultExpression: true,
      hasOnUpdateNow: true,
    }),
  ],
  indexes: [
    index('PRIMARY', true, 'id'),
    index('email', true, 'email'),
    { ...index('text', false, 'email'), method: 'fulltext' },
    index('country', false, 'country', 'created'),
  ],
  triggers: ['customers_audit'],
  rowsEstimate: 1200,
});

const orders = sourceTable({
  name: 'orders',
  primaryKey: null,
  columns: [
    sourceColumn({ name: 'no', isAutoIncrement: true }),
    sourceColumn({
      name: 'customer_id',
      dataType: 'bigint',
      columnType: 'bigint unsigned',
      isUnsigned: true,
    }),
    sourceColumn({
      name: 'total',
      dataType: 'decimal',
      columnType: 'decimal(12,2)',
      numericPrecision: 12,
      numericScale: 2,
      defaultText: '0.00',
    }),
    textColumn({ name: 'customer_email', length: 200, isNullable: true }),
    sourceColumn({ name: 'paid', dataType: 'bit', columnType: 'bit(1)', length: 1, defaultText: "b'0'" }),
    sourceColumn({
      name: 'token',
      dataType: 'binary',
      columnType: 'binary(4)',
      length: 4,
      isNullable: true,
      defaultText: 'uuid_to_bin(uuid())',
      isDefaultExpression: true,
    }),
  ],
  indexes: [index('no', true, 'no'), index('customer', false, 'customer_id')],
  foreignKeys: [
    foreignKey('orders_customer', 'customer_id', 'id'),
    foreignKey('orders_email', 'customer_email', 'email'),
  ],
  checks: [{ name: 'orders_total', expression: '(`total` >= 0)', isEnforced: true }],
});

describe('the plan for PostgreSQL', () => {
  it('of a small shop is the SQL that was reviewed', async () => {
    await expect(renderPlan(planOf([customers, orders]))).toMatchFileSnapshot('./plan-steps.golden.sql');
  });

  it('gives every relation of the schema a name of its own, of at most 63 bytes', () => {
    const long = 'n'.repeat(60);
    const tables = [
      sourceTable({
        name: 'a',
        columns: [sourceColumn({ name: 'id' })],
        indexes: [index('b_c', false, 'id'), index(long, false, 'id'), index(`${long}x`, false, 'id')],
      }),
      sourceTable({
        name: 'a_b',
        columns: [sourceColumn({ name: 'id' })],
        indexes: [index('c', false, 'id')],
      }),
      sourceTable({ name: 'a_pkey', columns: [sourceColumn({ name: 'id' })] }),
    ];
    const { expand, post } = planOf(tables);
    const sql = [...expand, ...post].map((step) => step.sql).join('\n');
    const made = [...sql.matchAll(/(?:INDEX CONCURRENTLY|CONSTRAINT) "([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(made).toHaveLength(7);
    expect(new Set([...made, 'a', 'a_b', 'a_pkey']).size).toBe(10);
    expect(Math.max(...made.map((name) => Buffer.byteLength(name)))).toBeLessThanOrEqual(63);
  });

  it.each([
    ['table', 'ü'.repeat(32), 'the name has 64 bytes, and PostgreSQL cuts names off at 63'],
    ['column', 'xmin', 'PostgreSQL has a system column of that name in every table'],
    ['schema', 'pg_temp', 'the name is reserved'],
    ['schema', 'causeway', 'the name is reserved'],
  ] as const)('refuses the %s name %s', (of, name, fault) => {
    expect(postgresPlanSql.nameFault(of, name)).toBe(fault);
  });

  it('does not let a name of the source end a comment of the printed plan', () => {
    const text = renderPlan(
      planOf([sourceTable({ name: 'a\nDROP TABLE b; --', columns: [sourceColumn({ name: 'id' })] })]),
    );
    expect(text.split('\n').filter((line) => line.startsWith('DROP'))).toEqual([
      'DROP TABLE b; --" (',
      'DROP TABLE b; --_pkey" PRIMARY KEY ("id")',
      'DROP TABLE b; --";',
    ]);
  });
});

describe('defaults', () => {
  it.each([
    [{ defaultText: '007' }, '7'],
    [{ dataType: 'float', defaultText: '0.1' }, "'0.1'"],
    [{ dataType: 'bit', length: 5, defaultText: "b'101'" }, "B'00101'"],
    [{ dataType: 'bit', length: 1, defaultText: "b'1'" }, 'true'],
    [{ dataType: 'varbinary', length: 4, defaultText: '0x00ff' }, String.raw`E'\\x00ff'`],
    [
      { dataType: 'datetime', fractionDigits: 0, defaultText: '2026-01-01 00:00:00' },
      "'2026-01-01 00:00:00'",
    ],
    [{ dataType: 'year', columnType: 'year', defaultText: '0000' }, '0'],
    [{ dataType: 'varchar', length: 9, characterSet: 'utf8mb4', defaultText: '' }, "''"],
  ] satisfies readonly (readonly [Partial<SourceColumn>, string])[])(
    '%j becomes DEFAULT %s',
    (given, sql) => {
      const source = sourceTable({
        name: 't',
        columns: [sourceColumn({ name: 'id' }), sourceColumn({ name: 'c', ...given })],
      });
      expect(planOf([source]).expand[1]?.sql).toContain(`NOT NULL DEFAULT ${sql},\n`);
    },
  );

  it('that PostgreSQL cannot have are named', () => {
    const source = sourceTable({
      name: 't',
      columns: [
        sourceColumn({ name: 'id' }),
        sourceColumn({ name: 'day', dataType: 'date', defaultText: '0000-00-00' }),
        sourceColumn({
          name: 'at',
          dataType: 'datetime',
          fractionDigits: 0,
          defaultText: 'CURRENT_TIMESTAMP',
        }),
      ],
    });
    const notes = planOf([source]).notes.filter(({ what }) => what.startsWith('default'));
    expect(notes.map(({ where, what }) => `${where}: ${what}`)).toEqual([
      'shop.t.day: default 0000-00-00 is not carried: a zero date (year, month or day is 0), or a day that its month does not have: PostgreSQL has no such date',
      "shop.t.at: default CURRENT_TIMESTAMP: on the target the current time is that of the session's time zone, as it is on the source",
    ]);
  });
});

function planOf(tables: readonly SourceTable[]): ReturnType<typeof buildPlan> {
  return buildPlan({ migration: 'orders', targetSchema: 'shop', tables }, postgresPlanSql);
}

function index(name: string, isUnique: boolean, ...columns: readonly string[]): SourceIndex {
  return {
    name,
    isUnique,
    method: 'btree',
    isVisible: true,
    parts: columns.map((column) => ({ column, expression: null, prefixLength: null, isDescending: false })),
  };
}

function foreignKey(
  name: string,
  column: string,
  referencedColumn: string,
): SourceTable['foreignKeys'][number] {
  return {
    name,
    columns: [column],
    referencedDatabase: 'shop',
    referencedTable: 'customers',
    referencedColumns: [referencedColumn],
    onUpdate: 'no action',
    onDelete: 'cascade',
  };
}
