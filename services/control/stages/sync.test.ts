import { describe, expect, it } from 'vitest';
import { isHoldReadable } from './sync.ts';

const never = async (): Promise<bigint> => Promise.reject(new Error('no marker was to be written'));

describe('M2: the first chunk is read after a marker whose commit has returned since the applier holds', () => {
  it('M2: the applier has to hold first', async () => {
    expect(await isHoldReadable(null, 3n, never)).toBe(false);
    expect(await isHoldReadable('2', 3n, never)).toBe(false);
  });

  it('M2: then a marker after the hold is written and its commit awaited', async () => {
    const events: string[] = [];
    const commit = async (): Promise<bigint> => {
      await new Promise((resolve) => setImmediate(resolve));
      events.push('committed');
      return 9n;
    };
    expect(await isHoldReadable('8', 3n, commit)).toBe(true);
    expect(events).toEqual(['committed']);
  });

  it('M2: a marker that is not later than the hold proves nothing', async () => {
    expect(await isHoldReadable('9', 3n, async () => 9n)).toBe(false);
  });
});
