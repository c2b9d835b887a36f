import { expect, it } from 'vitest';
import { tablesOfSchemaChange } from './decode-table-names.ts';

it('unquotes ids, with dots, quotes and commas in names', () => {
  expect(tablesOfSchemaChange(['"shop"."a.b"', '"shop"."say ""hi"", you"'], ['shop'], null)).toEqual([
    'shop.a.b',
    'shop.say "hi", you',
  ]);
});

it('names the old table of a rename, which only the list has, also across databases', () => {
  const tables = tablesOfSchemaChange(['"archive"."old"'], ['shop', ''], 'orders,old');
  expect(tables).toContain('shop.orders');
  expect(tables).toContain('archive.old');
});

it('reads a list in every way when names may contain the comma', () => {
  expect(tablesOfSchemaChange([], ['shop'], 'a,b')).toEqual(['shop.a', 'shop.a,b', 'shop.b']);
});

it('names nothing where the record names nothing', () => {
  expect(tablesOfSchemaChange([], ['', ''], '')).toEqual([]);
  expect(tablesOfSchemaChange([], ['shop'], null)).toEqual([]);
});
