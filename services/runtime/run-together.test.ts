import { describe, expect, it } from 'vitest';
import { runTogether } from './run-together.ts';

async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

describe('runTogether', () => {
  it('ends all loops at the first error, waits for them, and passes that error on', async () => {
    const error = new Error('first');
    let hasEnded = false;
    const running = runTogether(new AbortController().signal, [
      async (signal) => {
        await aborted(signal);
        hasEnded = true;
        throw new Error('because it was stopped');
      },
      async () => Promise.reject(error),
    ]);
    await expect(running).rejects.toBe(error);
    expect(hasEnded).toBe(true);
  });

  it('ends without an error when the signal aborts', async () => {
    const stop = new AbortController();
    const running = runTogether(stop.signal, [aborted, aborted]);
    stop.abort();
    await expect(running).resolves.toBeUndefined();
  });
});
