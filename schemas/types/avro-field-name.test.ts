import { describe, expect, it } from 'vitest';
import { avroFieldName, collidingColumns } from './avro-field-name.ts';

describe('avroFieldName', () => {
  it.each([
    ['created_at', 'created_at'],
    ['2nd', '_2nd'],
    ['order-no', 'order_no'],
    ['a.b c', 'a_b_c'],
    ['名前', '__'],
    ['🦆', '__'],
    ['_', '_'],
  ])('%s becomes %s', (column, field) => {
    expect(avroFieldName(column)).toBe(field);
  });
});

describe('collidingColumns', () => {
  it('groups the columns that would share a field', () => {
    expect(collidingColumns(['a-b', 'id', 'a b', '名前', '住所'])).toEqual([
      ['a-b', 'a b'],
      ['名前', '住所'],
    ]);
  });

  it('is empty when every column has a field of its own', () => {
    expect(collidingColumns(['id', '2nd', 'name'])).toEqual([]);
  });
});
