import { describe, expect, it } from 'vitest';
import { Metrics, metricsPage } from './metrics.ts';

describe('Metrics', () => {
  it('declares each metric once, with help and a unit', () => {
    const { declared } = new Metrics();
    expect(new Set(declared.map(({ name }) => name)).size).toBe(declared.length);
    for (const { help, unit } of declared) expect(help !== '' && unit !== '').toBe(true);
  });

  it('the metrics page says what the metrics are', async () => {
    await expect(metricsPage(new Metrics().declared)).toMatchFileSnapshot('../../docs/reference/metrics.md');
  });
});
