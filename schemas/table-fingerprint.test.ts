import { expect, test } from 'vitest';
import { sourceColumn } from './plan/source-fixture.ts';
import { tableFingerprint } from './table-fingerprint.ts';

const id = sourceColumn({ name: 'id', columnType: 'int unsigned' });
const base = tableFingerprint({ columns: [id], primaryKey: ['id'] });

test.each([
  ['a wider type', { columns: [{ ...id, columnType: 'bigint unsigned' }], primaryKey: ['id'] }],
  ['another nullability', { columns: [{ ...id, isNullable: true }], primaryKey: ['id'] }],
  ['another name', { columns: [{ ...id, name: 'no' }], primaryKey: ['no'] }],
  ['one column more', { columns: [id, { ...id, name: 'b' }], primaryKey: ['id'] }],
  ['no primary key', { columns: [id], primaryKey: null }],
  ['another label', { columns: [{ ...id, labels: ['x'] }], primaryKey: ['id'] }],
])('%s gives another fingerprint', (_what, table) => {
  expect(tableFingerprint(table)).not.toBe(base);
});

test('comment and default leave the fingerprint as it is, and so does a round trip through JSON', () => {
  const table = { columns: [{ ...id, comment: 'x', defaultText: '1' }], primaryKey: ['id'] };
  expect(tableFingerprint(table)).toBe(base);
  expect(tableFingerprint(JSON.parse(JSON.stringify(table)) as typeof table)).toBe(base);
});
