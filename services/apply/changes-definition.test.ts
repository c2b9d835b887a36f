import { expect, test } from 'vitest';
import type { SchemaChangeRecord } from '../../schemas/log-item.ts';
import { changedTables } from './changes-definition.ts';

const planned = new Set(['shop.orders', 'shop.items', 'other.x']);

function statement(ddl: string, tables: readonly string[]): SchemaChangeRecord {
  return {
    kind: 'schema-change',
    offset: 1n,
    isSnapshot: false,
    gtid: null,
    database: 'shop',
    ddl,
    tables,
  };
}

test.each([
  ['ALTER TABLE orders ADD c int', ['shop.orders'], ['shop.orders']],
  ['RENAME TABLE orders TO o2, new TO orders', ['shop.orders', 'shop.o2'], ['shop.orders']],
  ['CREATE TABLE new (id int)', ['shop.new'], []],
  ['TRUNCATE TABLE orders', ['shop.orders'], []],
  ['/* app */ -- why\n truncate orders', ['shop.orders'], []],
  ['/* truncate */ DROP TABLE orders', ['shop.orders'], ['shop.orders']],
  ['DROP DATABASE shop', [], ['shop.orders', 'shop.items']],
  ['CREATE DATABASE more', [], []],
  ['RENAME TABLE Orders TO Gone', ['shop.Orders', 'shop.Gone'], ['shop.orders']],
  ['ALTER TABLE SHOP.Items ADD c int', ['SHOP.Items'], ['shop.items']],
])('%s changes the definition of %j', (ddl, tables, changed) => {
  expect(changedTables(statement(ddl, tables), planned)).toEqual(changed);
});
