import { expect, test } from 'vitest';
import { formatBytes, parseBytes } from './byte-text.ts';

test('sizes are printed in the largest unit that keeps them above one', () => {
  expect([900, 23_732_346, 1_250_000_000].map(formatBytes)).toEqual(['1 kB', '23.7 MB', '1.25 GB']);
});

test('a printed size is read back in bytes', () => {
  expect(['11 kB', '23.7 MB', '1.25 GB', '512 B'].map(parseBytes)).toEqual([
    11_000, 23_700_000, 1_250_000_000, 512,
  ]);
});

test('what is not a size counts as nothing', () => {
  expect(parseBytes('soon')).toBe(0);
});
