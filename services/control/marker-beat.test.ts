import { describe, expect, it } from 'vitest';
import type { MarkerWriter } from '../../connectors/engine.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { silentLogger } from '../runtime/logger.ts';
import { MarkerBeat } from './marker-beat.ts';

class FakeWriter implements MarkerWriter {
  static opened = 0;
  readonly #write: () => Promise<bigint>;

  constructor(write: () => Promise<bigint>) {
    FakeWriter.opened++;
    this.#write = write;
  }

  write(): Promise<bigint> {
    return this.#write();
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

function beatOf(write: () => Promise<bigint>, seen: bigint[] = []): MarkerBeat {
  return new MarkerBeat({
    openWriter: async () => new FakeWriter(write),
    intervalMs: 60_000,
    logger: silentLogger,
    onMarker: (marker) => seen.push(marker),
  });
}

describe('MarkerBeat', () => {
  it('gives all who ask while a write is under way one marker, written after they asked', async () => {
    let number = 0n;
    const stop = new AbortController();
    const gate: { open: () => void } = { open: () => undefined };
    const beat = beatOf(async () => {
      number++;
      if (number === 1n) await new Promise<void>((resolve) => (gate.open = resolve));
      return number;
    });
    const running = beat.run(stop.signal);
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    const asked = [beat.next(stop.signal), beat.next(stop.signal)];
    gate.open();
    await expect(Promise.all(asked)).resolves.toEqual([2n, 2n]);
    stop.abort();
    await running;
  });

  it('keeps those who wait through a fault of the source', async () => {
    let attempts = 0;
    const stop = new AbortController();
    const beat = beatOf(async () => {
      attempts++;
      if (attempts === 2) throw new CausewayError('STORE_UNREACHABLE', 'away');
      return BigInt(attempts);
    });
    const running = beat.run(stop.signal);
    await new Promise((resolve) => setImmediate(resolve));
    await expect(beat.next(stop.signal)).resolves.toBe(3n);
    stop.abort();
    await running;
  });

  it('refuses those who wait when it is stopped', async () => {
    const stop = new AbortController();
    const beat = beatOf(async () => new Promise(() => undefined));
    void beat.run(stop.signal);
    const asked = beat.next(stop.signal);
    stop.abort(new Error('stopped'));
    await expect(asked).rejects.toThrow('stopped');
  });
});
