import { describe, expect, it } from 'vitest';
import { summarise } from './percentiles.ts';

describe('percentiles', () => {
  it('are samples that were really seen, by nearest rank', () => {
    const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(summarise(samples)).toEqual({ samples: 100, p50Ms: 50, p95Ms: 95, p99Ms: 99, maxMs: 100 });
    expect(summarise([7])).toEqual({ samples: 1, p50Ms: 7, p95Ms: 7, p99Ms: 7, maxMs: 7 });
  });
});
