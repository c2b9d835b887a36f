import { describe, expect, it } from 'vitest';
import { trimOffset } from './trim-log.ts';

describe('trimOffset', () => {
  it.each([
    ['keeps the window below the position', { startOffset: 0n, nextOffset: 1_000n, keepRecords: 100 }, 900n],
    [
      'always keeps the record before the position',
      { startOffset: 0n, nextOffset: 1_000n, keepRecords: 0 },
      999n,
    ],
    [
      'does nothing when nothing lies below the window',
      { startOffset: 900n, nextOffset: 1_000n, keepRecords: 100 },
      null,
    ],
    ['does nothing near the beginning', { startOffset: 0n, nextOffset: 50n, keepRecords: 100 }, null],
  ])('%s', (_name, input, expected) => {
    expect(trimOffset(input)).toBe(expected);
  });
});
