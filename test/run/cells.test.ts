import { describe, expect, it } from 'vitest';
import { cellsOf, testPattern } from './cells.ts';

describe('cells', () => {
  it('are files, and single tests in the files of a matrix', () => {
    const cells = cellsOf([
      { name: 'a > one', file: 'test/integration/x.test.ts' },
      { name: 'a > two', file: 'test/integration/x.test.ts' },
      { name: 'm > p:1', file: 'test/fault/m.cells.test.ts' },
      { name: 'm > p:2', file: 'test/fault/m.cells.test.ts' },
    ]);
    expect(cells.map(({ id }) => id)).toEqual([
      'test/integration/x.test.ts',
      'test/fault/m.cells.test.ts: m > p:1',
      'test/fault/m.cells.test.ts: m > p:2',
    ]);
  });

  it('are matched by name and by nothing longer', () => {
    const pattern = new RegExp(testPattern('kill > at apply.before-commit:1 (x)'));
    expect(pattern.test('kill at apply.before-commit:1 (x)')).toBe(true);
    expect(pattern.test('kill at apply.before-commit:1 (x) again')).toBe(false);
  });
});
