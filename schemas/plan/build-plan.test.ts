import { describe, expect, it } from 'vitest';
import type { SourceTable } from '../source-table.ts';
import { buildPlan } from './build-plan.ts';
import { sourceColumn, sourceTable, textColumn } from './source-fixture.ts';
import type { TargetPlanSql } from './target-plan-sql.ts';

/** A target that refuses nothing but one name and makes no SQL. */
const anyTarget: TargetPlanSql = {
  nameFault: (_, name) => (name === 'ctid' ? 'reserved' : null),
  columnsMax: 3,
  indexEntryBytesMax: 2704,
  columnDefault: () => ({ sql: null, note: null }),
  expandSteps: () => [],
  postSteps: () => [],
};

const id = sourceColumn({ name: 'id' });

describe('buildPlan refuses', () => {
  it('everything at once, each with its place and reason', () => {
    const tables = [
      sourceTable({
        name: 'places',
        columns: [id, sourceColumn({ name: 'at', dataType: 'point', columnType: 'point' })],
      }),
      sourceTable({ name: 'logs', primaryKey: null, columns: [id, sourceColumn({ name: 'ctid' })] }),
      sourceTable({
        name: 'odd',
        columns: [id, sourceColumn({ name: 'a-b' }), sourceColumn({ name: 'a b' })],
      }),
      sourceTable({ name: 'wide', columns: ['id', 'a', 'b', 'c'].map((name) => sourceColumn({ name })) }),
      sourceTable({
        name: 'rates',
        columns: [sourceColumn({ name: 'id', dataType: 'double', columnType: 'double' })],
      }),
      sourceTable({ name: 'rates', database: 'bank', columns: [id] }),
    ];
    expect(problemsOf(tables)).toEqual([
      'bank.rates: shop.rates has the same name in the target schema',
      'shop.places.at: spatial types are not carried (point)',
      'shop.logs.ctid: reserved',
      'shop.logs: no primary key, and no unique key whose columns are whole and NOT NULL',
      'shop.odd: columns a-b, a b have the same name in the log, where only ASCII letters, digits and _ are kept',
      'shop.wide: more than 3 columns',
      'shop.rates.id: double in the key, where equality must be exact',
    ]);
  });

  it('a plan without tables', () => {
    expect(problemsOf([])).toEqual(['there is no table to move']);
  });
});

describe('the key', () => {
  const email = textColumn({ name: 'email' });
  const code = sourceColumn({ name: 'code' });
  const unique = (name: string, ...columns: readonly string[]): SourceTable['indexes'][number] => ({
    name,
    isUnique: true,
    method: 'btree',
    isVisible: true,
    parts: columns.map((column) => ({ column, expression: null, prefixLength: null, isDescending: false })),
  });

  it('is the primary key in key order', () => {
    const source = sourceTable({ name: 'items', primaryKey: ['code', 'id'], columns: [id, code] });
    expect(plan([source]).tables[0]?.key).toEqual([1, 0]);
  });

  it('is the shortest unique key of NOT NULL columns when there is no primary key, and that is noted', () => {
    const source = sourceTable({
      name: 'items',
      primaryKey: null,
      columns: [id, { ...email, isNullable: true }, code],
      indexes: [unique('wide', 'id', 'code'), unique('loose', 'email'), unique('short', 'code')],
    });
    const { tables, notes } = plan([source]);
    expect(tables[0]?.key).toEqual([2]);
    expect(tables[0]?.uniqueKeys).toEqual([[0, 2], [1]]);
    expect(notes).toContainEqual({
      severity: 'warning',
      where: 'shop.items',
      what: 'no primary key: the unique key short serves as key and becomes the primary key of the target',
    });
  });

  it("has columns that are NOT NULL whatever the catalogue's nullability says", () => {
    const source = sourceTable({ name: 'items', columns: [{ ...id, isNullable: true }] });
    expect(plan([source]).tables[0]?.columns[0]?.target.isNullable).toBe(false);
  });
});

describe('the fingerprint', () => {
  const source = sourceTable({ name: 'items', columns: [id] });

  it('does not change with estimates', () => {
    expect(plan([{ ...source, rowsEstimate: 5, bytesEstimate: 9 }]).fingerprint).toBe(
      plan([source]).fingerprint,
    );
  });

  it('changes with a column', () => {
    const wider = { ...source, columns: [id, sourceColumn({ name: 'vat' })] };
    expect(plan([wider]).fingerprint).not.toBe(plan([source]).fingerprint);
  });
});

function plan(tables: readonly SourceTable[]): ReturnType<typeof buildPlan> {
  return buildPlan({ migration: 'orders', targetSchema: 'shop', tables }, anyTarget);
}

function problemsOf(tables: readonly SourceTable[]): unknown {
  try {
    plan(tables);
  } catch (error) {
    expect(error).toMatchObject({ code: 'PLAN_REFUSED' });
    return (error as { facts: { problems: unknown } }).facts.problems;
  }
  return 'not refused';
}
