import { expect, test } from 'vitest';
import { CausewayError } from './errors/causeway-error.ts';
import { chooseTables } from './table-patterns.ts';

const tables = [
  'shop.orders',
  'shop.order_lines',
  'shop.tmp_1',
  'shop.tmp_keep',
  'crm.a+b',
  'crm.Orders',
].map((full) => ({ database: full.slice(0, full.indexOf('.')), name: full.slice(full.indexOf('.') + 1) }));

const choose = (...patterns: string[]): string[] =>
  chooseTables(tables, patterns).map(({ database, name }) => `${database}.${name}`);

test.each([
  [['shop.orders'], ['shop.orders']],
  [['shop.order*'], ['shop.orders', 'shop.order_lines']],
  [['shop.tmp_?'], ['shop.tmp_1']],
  [['*.?rders'], ['shop.orders', 'crm.Orders']],
  [
    ['shop.*', '!shop.tmp_*'],
    ['shop.orders', 'shop.order_lines'],
  ],
  [
    ['shop.*', '!shop.tmp_*', 'shop.tmp_keep'],
    ['shop.orders', 'shop.order_lines', 'shop.tmp_keep'],
  ],
  [['crm.a+b'], ['crm.a+b']],
])('patterns %j choose %j in the order of the catalogue', (patterns, chosen) => {
  expect(choose(...patterns)).toEqual(chosen);
});

test('all patterns that match nothing are reported at once, by name', () => {
  const run = (): unknown => choose('shop.*', 'shop.missing', '!crm.x*', 'orders', 'crm.orders');
  expect(run).toThrow(CausewayError);
  expect(run).toThrow('no table of the source matches shop.missing, !crm.x*, orders, crm.orders');
});

test('a pattern never reaches across the dot', () => {
  expect(() => choose('*orders')).toThrow('*orders');
  expect(() => choose('sh*p_orders.x')).toThrow('sh*p_orders.x');
});
