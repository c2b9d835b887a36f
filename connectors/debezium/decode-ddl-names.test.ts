import { describe, expect, it } from 'vitest';
import { renamedTables } from './decode-ddl-names.ts';

describe('renamedTables', () => {
  const cases: readonly [string, readonly (readonly string[])[]][] = [
    ['rename table orders to orders_old', [['orders'], ['orders_old']]],
    [
      'RENAME TABLE `shop`.`orders` TO `archive`.`orders`',
      [
        ['shop', 'orders'],
        ['archive', 'orders'],
      ],
    ],
    ['rename tables a to b, c to a', [['a'], ['b'], ['c'], ['a']]],
    ['/* moved */ rename /*!50000 table */ `a``b` to "c""d"', [['a`b'], ['c"d']]],
    ['rename table `a -- b` to `c /* d` -- done\n', [['a -- b'], ['c /* d']]],
    ['rename table a # first\n to b', [['a'], ['b']]],
    ['rename table shop . orders to größe', [['shop', 'orders'], ['größe']]],
    ['alter table orders rename to orders_old', [['orders']]],
    ['ALTER TABLE `shop`.`orders` ADD COLUMN total int, RENAME TO x', [['shop', 'orders']]],
    ['alter table if exists orders add x int', [['orders']]],
    ['drop table orders', []],
    ['create table orders (id int)', []],
    ['alter database shop character set utf8mb4', []],
    ['', []],
  ];
  it.each(cases)('reads %s', (ddl, names) => {
    expect(renamedTables(ddl)).toEqual(names);
  });
});
