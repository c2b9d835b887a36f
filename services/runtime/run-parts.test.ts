import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { silentLogger } from './logger.ts';
import { runParts, type Part } from './run-parts.ts';

function untilStopped(name: string, log: string[]): Part {
  return {
    name,
    run: async (signal) => {
      log.push(`start ${name}`);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      log.push(`stop ${name}`);
    },
  };
}

function options(parts: readonly Part[]) {
  const signals = new EventEmitter();
  return {
    parts,
    logger: silentLogger,
    drainMs: 1_000,
    signals,
    forceExit: vi.fn<(reason: string) => void>(),
  };
}

describe('runParts', () => {
  it('starts in order and stops in reverse when a signal comes', async () => {
    const log: string[] = [];
    const input = options([untilStopped('a', log), untilStopped('b', log), untilStopped('c', log)]);
    const running = runParts(input);
    input.signals.emit('SIGTERM');
    await expect(running).resolves.toEqual({ kind: 'interrupted' });
    expect(log).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']);
    expect(input.signals.listenerCount('SIGTERM')).toBe(0);
  });

  it('ends with success when the part that ends the process has done its work', async () => {
    const log: string[] = [];
    const work: Part = { name: 'work', endsProcess: true, run: async () => undefined };
    await expect(runParts(options([untilStopped('a', log), work]))).resolves.toEqual({ kind: 'done' });
    expect(log).toEqual(['start a', 'stop a']);
  });

  it('stops everything at the first error and passes it on', async () => {
    const log: string[] = [];
    const error = new Error('broken');
    const broken: Part = { name: 'broken', run: async () => Promise.reject(error) };
    await expect(runParts(options([untilStopped('a', log), broken]))).resolves.toEqual({
      kind: 'failed',
      error,
    });
    expect(log).toEqual(['start a', 'stop a']);
  });

  it('takes a part that ends by itself for a failure', async () => {
    const quiet: Part = { name: 'quiet', run: async () => undefined };
    await expect(runParts(options([quiet]))).resolves.toMatchObject({ kind: 'failed' });
  });

  it('forces the end at a second signal, and takes one that is passed on twice for one', async () => {
    const release = new AbortController();
    const slow: Part = {
      name: 'slow',
      run: async () => {
        await new Promise<void>((resolve) =>
          release.signal.addEventListener('abort', () => resolve(), { once: true }),
        );
      },
    };
    const clock = { nowMs: 0 };
    const input = { ...options([slow]), now: () => clock.nowMs };
    const running = runParts(input);
    input.signals.emit('SIGINT');
    clock.nowMs = 50;
    // The same Ctrl-C, passed on by a parent process.
    input.signals.emit('SIGINT');
    await Promise.resolve();
    expect(input.forceExit).not.toHaveBeenCalled();
    clock.nowMs = 1_500;
    input.signals.emit('SIGINT');
    expect(input.forceExit).toHaveBeenCalledOnce();
    release.abort();
    await running;
  });

  it('forces the end when draining takes longer than allowed', async () => {
    const input = { ...options([]), drainMs: 10 };
    const stuck = new AbortController();
    const parts: Part[] = [
      {
        name: 'stuck',
        run: async () =>
          new Promise<void>((resolve) =>
            stuck.signal.addEventListener('abort', () => resolve(), { once: true }),
          ),
      },
    ];
    input.forceExit.mockImplementation(() => stuck.abort());
    const running = runParts({ ...input, parts });
    input.signals.emit('SIGTERM');
    await running;
    expect(input.forceExit).toHaveBeenCalledOnce();
  });

  it('reports an error of a part that fails while it drains', async () => {
    const error = new Error('could not commit');
    const part: Part = {
      name: 'part',
      run: async (signal) => {
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
        throw error;
      },
    };
    const input = options([part]);
    const running = runParts(input);
    input.signals.emit('SIGTERM');
    await expect(running).resolves.toEqual({ kind: 'failed', error });
  });
});
