import { describe, expect, it } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { holdLease, type LeaseStore } from './hold-lease.ts';
import { silentLogger } from './logger.ts';
import { sleep } from './sleep.ts';

const durationMs = 60;

class FakeLeases implements LeaseStore<number> {
  readonly log: string[] = [];
  isFree = true;
  renewal: 'yes' | 'no' | 'fails' | 'hangs' = 'yes';
  #token = 0;

  async acquire(): Promise<number | null> {
    if (!this.isFree) return null;
    this.isFree = false;
    this.log.push('acquired');
    return ++this.#token;
  }

  async renew(): Promise<boolean> {
    if (this.renewal === 'fails') throw new CausewayError('STORE_UNREACHABLE', 'away');
    if (this.renewal === 'hangs') return new Promise(() => undefined);
    return this.renewal === 'yes';
  }

  async release(): Promise<void> {
    this.log.push('released');
  }
}

function hold(
  leases: FakeLeases,
  signal: AbortSignal,
  work: (lease: number, signal: AbortSignal) => Promise<void>,
) {
  return holdLease({ leases, durationMs, signal, logger: silentLogger, work });
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

describe('holdLease', () => {
  it('works under the lease, renews it, and gives it back at the end', async () => {
    const leases = new FakeLeases();
    const stop = new AbortController();
    const running = hold(leases, stop.signal, async (_lease, signal) => aborted(signal));
    await sleep(3 * durationMs, new AbortController().signal);
    expect(leases.log).toEqual(['acquired']);
    stop.abort();
    await running;
    expect(leases.log).toEqual(['acquired', 'released']);
  });

  it.each(['no', 'fails', 'hangs'] as const)(
    'stops the work no later than the lease runs out when a renewal says %s, and stands by again',
    async (renewal) => {
      const leases = new FakeLeases();
      leases.renewal = renewal;
      const stop = new AbortController();
      const startedMs = performance.now();
      let lostAfterMs = 0;
      const tokens: number[] = [];
      await hold(leases, stop.signal, async (lease, signal) => {
        tokens.push(lease);
        if (tokens.length === 2) return;
        await aborted(signal);
        lostAfterMs = performance.now() - startedMs;
        leases.renewal = 'yes';
        leases.isFree = true;
      });
      expect(tokens).toEqual([1, 2]);
      expect(lostAfterMs).toBeLessThan(durationMs + 40);
      // A lease that is lost is another's: only the second one is given back.
      expect(leases.log).toEqual(['acquired', 'acquired', 'released']);
    },
  );

  it('waits for a role that another process holds, and ends when told to', async () => {
    const leases = new FakeLeases();
    leases.isFree = false;
    const stop = new AbortController();
    let hasWorked = false;
    const running = hold(leases, stop.signal, async () => {
      hasWorked = true;
    });
    await sleep(durationMs, new AbortController().signal);
    stop.abort();
    await running;
    expect(hasWorked).toBe(false);
  });

  it('passes an error of the work on and gives the lease back', async () => {
    const leases = new FakeLeases();
    const error = new Error('broken');
    await expect(hold(leases, new AbortController().signal, async () => Promise.reject(error))).rejects.toBe(
      error,
    );
    expect(leases.log).toEqual(['acquired', 'released']);
  });
});
