import { expect, it } from 'vitest';
import { tablesOfSchemaChange, type SchemaChangeNames } from './decode-table-names.ts';

const nothing: SchemaChangeNames = { changeIds: [], databases: ['shop'], sourceTable: null, ddl: '' };

it('unquotes ids, with dots, quotes and commas in names', () => {
  const changeIds = ['"shop"."a.b"', '"shop"."say ""hi"", you"'];
  expect(tablesOfSchemaChange({ ...nothing, changeIds })).toEqual(['shop.a.b', 'shop.say "hi", you']);
});

it('names the old table of a rename, which only the statement has', () => {
  const names = { changeIds: ['"shop"."orders_old"'], sourceTable: 'orders_old' };
  const ddl = 'rename table orders to orders_old';
  expect(tablesOfSchemaChange({ ...nothing, ...names, ddl })).toEqual(['shop.orders_old', 'shop.orders']);
});

it('names both sides of a rename across databases', () => {
  const changeIds = ['"shop"."orders"'];
  const ddl = 'rename table archive.orders to shop.orders';
  expect(tablesOfSchemaChange({ ...nothing, changeIds, ddl })).toEqual(['shop.orders', 'archive.orders']);
});

it('reads a list in every way when names may contain the comma', () => {
  expect(tablesOfSchemaChange({ ...nothing, sourceTable: 'a,b' })).toEqual(['shop.a', 'shop.a,b', 'shop.b']);
});

it('names nothing where the record names nothing', () => {
  expect(tablesOfSchemaChange({ ...nothing, databases: ['', ''], sourceTable: '' })).toEqual([]);
  expect(tablesOfSchemaChange(nothing)).toEqual([]);
});
