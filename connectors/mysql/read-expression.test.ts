import { describe, expect, it } from 'vitest';
import { columnPlan, sourceColumn } from '../../schemas/plan/source-fixture.ts';
import type { SourceColumn } from '../../schemas/source-table.ts';
import { readExpression } from './read-expression.ts';

const cases: readonly (readonly [Partial<SourceColumn>, string])[] = [
  [{ dataType: 'bigint' }, '`a``b`'],
  [{ dataType: 'float' }, '`a``b` * 1e0'],
  [{ dataType: 'double' }, '`a``b` * 1e0'],
  [{ dataType: 'bit', length: 1 }, '`a``b` + 0'],
  [{ dataType: 'bit', length: 9 }, "LPAD(BIN(`a``b` + 0), 9, '0')"],
  [{ dataType: 'blob', length: 65535 }, 'HEX(`a``b`)'],
  [{ dataType: 'json' }, '`a``b`'],
];

describe('readExpression', () => {
  it.each(cases)('%j is read as %s', (given, expression) => {
    expect(readExpression(columnPlan(sourceColumn({ name: 'a`b', ...given })))).toBe(expression);
  });
});
