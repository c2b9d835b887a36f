import { describe, expect, it } from 'vitest';
import { StageGate } from './stage-gate.ts';

describe('StageGate', () => {
  it('lets work begin at its stage or a later one, and at once when that is reached', async () => {
    const gate = new StageGate();
    const log: string[] = [];
    const { signal } = new AbortController();
    const held = gate.after('sync', signal, async () => void log.push('sync'));
    gate.open('expand');
    await Promise.resolve();
    expect(log).toEqual([]);
    gate.open('backfill');
    await held;
    await gate.after('backfill', signal, async () => void log.push('backfill'));
    expect(log).toEqual(['sync', 'backfill']);
  });

  it('does no work when the signal aborts before', async () => {
    const gate = new StageGate();
    const stop = new AbortController();
    let hasWorked = false;
    const held = gate.after('sync', stop.signal, async () => {
      hasWorked = true;
    });
    stop.abort();
    await held;
    expect(hasWorked).toBe(false);
  });
});
