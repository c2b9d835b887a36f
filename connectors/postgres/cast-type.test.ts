import { expect, test } from 'vitest';
import { castType, keyCastType } from './cast-type.ts';

test.each([
  ['bigint', 'bigint'],
  ['numeric(10,2)', 'numeric'],
  ['varchar(40)', 'text'],
  ['character varying(40)', 'text'],
  ['char(3)', 'bpchar'],
  ['bit(8)', 'varbit'],
  ['bit', 'varbit'],
  ['timestamp(6)', 'timestamp'],
  ['timestamp(3) without time zone', 'timestamp without time zone'],
  ['timestamptz(0)', 'timestamptz'],
  ['interval(6)', 'interval'],
  ['text[]', 'text[]'],
  ['varchar(10)[]', 'text[]'],
  ['double precision', 'double precision'],
])('a value of a column %s is cast to %s', (columnType, cast) => {
  expect(castType(columnType)).toBe(cast);
});

test('a key of a column bit(8) is compared as bit(8), every other one as it is stored', () => {
  expect(keyCastType('bit(8)')).toBe('bit(8)');
  expect(keyCastType('numeric(10,2)')).toBe('numeric');
});
