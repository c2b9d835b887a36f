import { expect, test } from 'vitest';
import { sourceColumn } from '../../schemas/plan/source-fixture.ts';
import { keyColumns } from './key-column.ts';
import { lostBoundQuery, rangeCondition } from './key-range.ts';
import { tablePlan } from './plan-fixture.ts';

const int = (name: string): ReturnType<typeof sourceColumn> => sourceColumn({ name });
const one = keyColumns(tablePlan([int('a')], ['a'])).columns;
const three = keyColumns(tablePlan([int('a'), int('b'), int('c')], ['a', 'b', 'c'])).columns;
const mixed = keyColumns(tablePlan([int('a'), int('b')], ['a', 'b'], ['b'])).columns;
const N = 'CAST(? AS SIGNED)';

test.each([
  ['the whole table', one, { after: null, upTo: null }, 'TRUE', []],
  ['from the start', one, { after: null, upTo: ['9'] }, `(\`a\` <= ${N})`, ['9']],
  ['to the end', one, { after: ['9'], upTo: null }, `(\`a\` > ${N})`, ['9']],
  ['the middle', one, { after: ['1'], upTo: ['9'] }, `(\`a\` > ${N}) AND (\`a\` <= ${N})`, ['1', '9']],
  [
    'after a composite bound',
    three,
    { after: ['1', '2', '3'], upTo: null },
    `((\`a\` > ${N}) OR (\`a\` = ${N} AND \`b\` > ${N}) OR (\`a\` = ${N} AND \`b\` = ${N} AND \`c\` > ${N}))`,
    ['1', '1', '2', '1', '2', '3'],
  ],
  [
    'up to a composite bound',
    three,
    { after: null, upTo: ['1', '2', '3'] },
    `((\`a\` < ${N}) OR (\`a\` = ${N} AND \`b\` < ${N}) OR (\`a\` = ${N} AND \`b\` = ${N} AND \`c\` <= ${N}))`,
    ['1', '1', '2', '1', '2', '3'],
  ],
  [
    'between composite bounds where the index descends in its second part',
    mixed,
    { after: ['1', '2'], upTo: ['3', '4'] },
    `((\`a\` > ${N}) OR (\`a\` = ${N} AND \`b\` < ${N})) AND ` +
      `((\`a\` < ${N}) OR (\`a\` = ${N} AND (\`b\` > ${N} OR \`b\` = ${N})))`,
    ['1', '1', '2', '3', '3', '4', '4'],
  ],
])('%s', (_what, columns, range, sql, values) => {
  expect(rangeCondition(columns, range)).toEqual({ sql, values });
});

test.each([
  ['bigint', { isUnsigned: true }, '`k` > CAST(? AS UNSIGNED)'],
  ['decimal', { numericPrecision: 12, numericScale: 3 }, '`k` > CAST(? AS DECIMAL(12, 3))'],
  [
    'varchar',
    { characterSet: 'latin1', collation: 'latin1_swedish_ci' },
    '`k` > CONVERT(UNHEX(?) USING latin1) COLLATE latin1_swedish_ci',
  ],
  ['varbinary', {}, '`k` > UNHEX(?)'],
  ['datetime', {}, '`k` > CAST(? AS DATETIME(6))'],
  ['time', {}, '`k` > CAST(? AS TIME(6))'],
  ['year', {}, '`k` > CAST(? AS UNSIGNED)'],
  ['float', {}, '`k` > CAST(? AS DOUBLE)'],
  ['enum', { labels: ['z', 'a', 'm'] }, '`k` IN (3)'],
])('a %s bound is a constant of its own type', (dataType, facts, sql) => {
  const { columns } = keyColumns(tablePlan([sourceColumn({ name: 'k', dataType, ...facts })], ['k']));
  expect(rangeCondition(columns, { after: ['2'], upTo: null }).sql).toBe(`(${sql})`);
});

test('an enum bound takes in the error value below it, and nothing is above the last label', () => {
  const { columns } = keyColumns(
    tablePlan([sourceColumn({ name: 'k', dataType: 'enum', labels: ['z', 'a'] })], ['k']),
  );
  expect(rangeCondition(columns, { after: null, upTo: ['1'] }).sql).toBe('(`k` IN (0, 1))');
  expect(rangeCondition(columns, { after: ['2'], upTo: null }).sql).toBe('(FALSE)');
});

test.each([
  ['json', {}],
  ['geometry', {}],
  ['set', { labels: Array.from({ length: 54 }, (_none, index) => `l${index}`) }],
])('a key column of type %s with %j is refused by name', (dataType, facts) => {
  const table = tablePlan([sourceColumn({ name: 'k', dataType, ...facts })], ['k']);
  expect(() => keyColumns(table)).toThrow('shop.t.k');
});

test('a bound that becomes NULL as a constant is asked for, part by part', () => {
  expect(lostBoundQuery(three, ['1', '2', '3'])).toEqual({
    sql: `SELECT ((${N}) IS NULL) OR ((${N}) IS NULL) OR ((${N}) IS NULL)`,
    values: ['1', '2', '3'],
  });
});

test('a nullable column of a unique key is refused: rows with NULL would be in no range', () => {
  const table = tablePlan([sourceColumn({ name: 'k', isNullable: true })], ['k']);
  const keyed = { ...table, catalogue: { ...table.catalogue, primaryKey: null } };
  expect(() => keyColumns(keyed)).toThrow('shop.t.k');
});
