import { describe, expect, it } from 'vitest';
import { LagTracker } from './lag-tracker.ts';

describe('LagTracker', () => {
  it('knows no lag before the first marker was sent', () => {
    expect(new LagTracker().lagMs(1_000)).toBeNull();
  });

  it('is the last round trip while nothing is under way', () => {
    const lag = new LagTracker();
    lag.recordSent(1n, 100);
    expect(lag.recordApplied(1n, 130)).toEqual([30]);
    expect(lag.lagMs(900)).toBe(30);
    expect(lag.isWaiting).toBe(false);
  });

  it('grows with the age of the oldest marker that does not come', () => {
    const lag = new LagTracker();
    lag.recordSent(1n, 0);
    lag.recordApplied(1n, 20);
    lag.recordSent(2n, 1_000);
    lag.recordSent(3n, 2_000);
    expect(lag.lagMs(1_010)).toBe(20);
    expect(lag.lagMs(5_000)).toBe(4_000);
  });

  it('does not take the time for which the applier held for a round trip', () => {
    const lag = new LagTracker();
    lag.recordSent(1n, 0, false);
    lag.recordSent(2n, 1_000, false);
    expect(lag.lagMs(60_000)).toBe(60_000);
    lag.recordSent(3n, 60_000);
    expect(lag.recordApplied(2n, 60_010)).toEqual([]);
    expect(lag.lagMs(60_010)).toBe(10);
    expect(lag.recordApplied(3n, 60_040)).toEqual([40]);
    expect(lag.lagMs(60_500)).toBe(40);
  });

  it('is not known between the replay and the first marker sent after it', () => {
    const lag = new LagTracker();
    lag.recordSent(1n, 0, false);
    lag.recordApplied(1n, 60_000);
    expect(lag.lagMs(60_001)).toBeNull();
  });

  it('completes every marker up to the one applied', () => {
    const lag = new LagTracker();
    lag.recordSent(1n, 0);
    lag.recordSent(2n, 10);
    lag.recordSent(3n, 20);
    expect(lag.recordApplied(2n, 50)).toEqual([50, 40]);
    expect(lag.isWaiting).toBe(true);
  });
});
