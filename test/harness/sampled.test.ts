import { describe, expect, it } from 'vitest';
import { sampled } from './sampled.ts';

const cells = Array.from({ length: 50 }, (_, index) => index);

describe('sampling', () => {
  it('takes every cell when no seed is given', () => {
    expect(sampled(cells, 3, {})).toEqual(cells);
  });

  it('takes the same few cells for the same seed, in their order, and others for another', () => {
    const first = sampled(cells, 5, { CAUSEWAY_TEST_SEED: '42' });
    expect(first).toHaveLength(5);
    expect(first).toEqual(sampled(cells, 5, { CAUSEWAY_TEST_SEED: '42' }));
    expect(first).toEqual(first.toSorted((a, b) => a - b));
    expect(first).not.toEqual(sampled(cells, 5, { CAUSEWAY_TEST_SEED: '43' }));
  });
});
