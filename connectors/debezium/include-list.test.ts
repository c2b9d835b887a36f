import { describe, expect, it } from 'vitest';
import { includeList, tableIncludeList } from './include-list.ts';

describe('include lists', () => {
  it.each([
    ['orders_2', 'orders_2'],
    ['a.b', 'a\\x{2e}b'],
    ['a,b', 'a\\x{2c}b'],
    [' a$(x|y)*\\', '\\x{20}a\\x{24}\\x{28}x\\x{7c}y\\x{29}\\x{2a}\\x{5c}'],
    ['commandes_été', 'commandes_été'],
    ['🦆', '\\x{1f986}'],
  ])('writes %j as the literal expression %s', (name, expression) => {
    expect(includeList([name])).toBe(expression);
  });

  it('separates names by commas that no name can hold', () => {
    expect(includeList(['a', 'b,c'])).toBe('a,b\\x{2c}c');
    expect(
      tableIncludeList([
        { database: 'd', table: 'a' },
        { database: 'd.e', table: 'b' },
      ]),
    ).toBe('d\\.a,d\\x{2e}e\\.b');
  });
});
