import { describe, expect, it } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { silentLogger } from './logger.ts';
import { supervise } from './supervise.ts';

describe('supervise', () => {
  it('shows a halt, waits, tries again, and takes the halt away once the work is well', async () => {
    const halts: (string | null)[] = [];
    const waits: number[] = [];
    let attempt = 0;
    await supervise({
      work: async (_signal, isWell) => {
        attempt++;
        if (attempt === 1) throw new CausewayError('LOG_GAP', 'a hole');
        if (attempt === 2) throw new CausewayError('STORE_UNREACHABLE', 'away');
        await isWell();
        await isWell();
      },
      signal: new AbortController().signal,
      logger: silentLogger,
      haltRetryMs: 10_000,
      saveHalt: async (error) => void halts.push(error?.code ?? null),
      sleep: async (ms) => void waits.push(ms),
      random: () => 1,
    });
    expect(halts).toEqual(['LOG_GAP', 'STORE_UNREACHABLE', null]);
    expect(waits).toEqual([10_000, 400]);
  });

  it('ends quietly when the work fails because it was told to stop', async () => {
    const stop = new AbortController();
    const halts: unknown[] = [];
    await supervise({
      work: async () => {
        stop.abort();
        throw new Error('aborted');
      },
      signal: stop.signal,
      logger: silentLogger,
      haltRetryMs: 1,
      saveHalt: async (error) => void halts.push(error),
    });
    expect(halts).toEqual([]);
  });
});
