import { describe, expect, it } from 'vitest';
import { merge } from './merge-rows.ts';
import type { ComparedRow } from './mysql-rows.ts';
import { unescapeCopy } from './postgres-rows.ts';
import type { ComparedTable } from './read-tables.ts';
import { ruleFor } from './value-rules.ts';

const table: ComparedTable = {
  source: { database: 'shop', table: 'item' },
  target: { schema: 'public', table: 'item' },
  columns: [
    { name: 'id', rule: ruleFor('int', 'integer', 0) },
    { name: 'name', rule: ruleFor('varchar', 'text', 0) },
  ],
  key: [0],
};

async function* batches(rows: readonly ComparedRow[], size: number): AsyncGenerator<readonly ComparedRow[]> {
  for (let at = 0; at < rows.length; at += size) yield await Promise.resolve(rows.slice(at, at + size));
}

const rows: readonly ComparedRow[] = Array.from({ length: 1000 }, (_, id) => [
  String(id),
  id % 3 === 0 ? null : `name ${id}`,
]);

function compare(target: readonly ComparedRow[]) {
  return merge(table, batches(rows, 7), batches(target, 11));
}

describe('merge of two row streams', () => {
  it('finds nothing in equal streams cut into other batches', async () => {
    expect(await compare(rows)).toEqual({
      table: 'shop.item',
      sourceRows: 1000,
      targetRows: 1000,
      differences: 0,
      first: [],
    });
  });

  it.each<[string, ComparedRow, string]>([
    ['one other character', ['500', 'name 50O'], '"name 50O"'],
    ['NULL instead of a value', ['500', null], 'NULL'],
    ['an empty text instead of a value', ['500', ''], '""'],
  ])('finds %s', async (_, planted, shown) => {
    const found = await compare(rows.map((row) => (row[0] === '500' ? planted : row)));
    expect(found.differences).toBe(1);
    expect(found.first).toEqual([{ key: ['"500"'], column: 'name', source: '"name 500"', target: shown }]);
  });

  it.each(['', 'default'])('finds %j instead of NULL', async (planted) => {
    const found = await compare(rows.map((row) => (row[0] === '300' ? ['300', planted] : row)));
    expect(found.first).toEqual([
      { key: ['"300"'], column: 'name', source: 'NULL', target: JSON.stringify(planted) },
    ]);
  });

  it.each(['0', '500', '999'])('finds that row %s is missing', async (id) => {
    const found = await compare(rows.filter((row) => row[0] !== id));
    expect(found).toMatchObject({ differences: 1, sourceRows: 1000, targetRows: 999 });
    expect(found.first[0]).toMatchObject({ key: [`"${id}"`], source: '(row)', target: '(no row)' });
  });

  it('finds a row that is too many, and every row when one side is empty', async () => {
    const found = await compare([...rows, ['1000', 'x']]);
    expect(found.first).toEqual([{ key: ['"1000"'], column: '(row)', source: '(no row)', target: '(row)' }]);
    expect(await compare([])).toMatchObject({ differences: 1000, targetRows: 0 });
  });

  it('refuses a stream that is not in key order or holds a key twice', async () => {
    await expect(compare([...rows.slice(0, 3), ['2', 'again']])).rejects.toThrow(/key order/);
  });

  it('undoes the escapes of COPY', () => {
    expect(unescapeCopy(String.raw`a\tb\nc\\d\\N`)).toBe('a\tb\nc\\d\\N');
  });
});
