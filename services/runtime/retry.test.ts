import { describe, expect, it } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { silentLogger, type Logger } from './logger.ts';
import { retry, retryDelayMs } from './retry.ts';

const passing = new CausewayError('STORE_UNREACHABLE', 'away');
const lasting = new CausewayError('FILE_INVALID', 'wrong');
const base = { action: 'try', signal: new AbortController().signal, logger: silentLogger, random: () => 1 };

function failing(times: number, error: Error): () => Promise<string> {
  let left = times;
  return async () => {
    if (left-- > 0) throw error;
    return 'done';
  };
}

describe('retry', () => {
  it('waits longer from try to try, up to the limit, and passes the result on', async () => {
    const waits: number[] = [];
    const limits = { delayMs: 100, delayMsMax: 400, attemptsMax: null };
    const sleep = async (ms: number): Promise<void> => void waits.push(ms);
    await expect(retry(failing(4, passing), { ...base, limits, sleep })).resolves.toBe('done');
    expect(waits).toEqual([100, 200, 400, 400]);
  });

  it('passes an error on at once that does not pass by itself', async () => {
    await expect(retry(failing(1, lasting), base)).rejects.toBe(lasting);
  });

  it('gives up after the tries that are allowed', async () => {
    const limits = { delayMs: 1, delayMsMax: 1, attemptsMax: 3 };
    await expect(retry(failing(3, passing), { ...base, limits, sleep: async () => undefined })).rejects.toBe(
      passing,
    );
  });

  it('begins with short waits again after work that went well for long', async () => {
    const waits: number[] = [];
    const limits = { delayMs: 100, delayMsMax: 400, attemptsMax: null };
    const sleep = async (ms: number): Promise<void> => void waits.push(ms);
    let nowMs = 0;
    const failsSooner = failing(5, passing);
    const lengthsMs = [0, 0, 0, 1_601, 0];
    const work = async (): Promise<string> => {
      nowMs += lengthsMs.shift() ?? 0;
      return failsSooner();
    };
    await expect(retry(work, { ...base, limits, sleep, now: () => nowMs })).resolves.toBe('done');
    expect(waits).toEqual([100, 200, 400, 100, 200]);
  });

  it('ends when the signal aborts during a wait', async () => {
    const controller = new AbortController();
    const sleep = async (): Promise<void> => controller.abort(new Error('stop'));
    await expect(retry(failing(9, passing), { ...base, signal: controller.signal, sleep })).rejects.toThrow(
      'stop',
    );
  });

  it('logs a fault that keeps coming back as an error', async () => {
    const levels: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: () => void levels.push('warn'),
      error: () => void levels.push('error'),
    };
    await retry(failing(6, passing), { ...base, logger, sleep: async () => undefined });
    expect(levels).toEqual(['warn', 'warn', 'warn', 'warn', 'error', 'error']);
  });

  it('spreads waits between half and whole', () => {
    const limits = { delayMs: 100, delayMsMax: 1_000, attemptsMax: null };
    expect(retryDelayMs(3, limits, () => 0)).toBe(200);
    expect(retryDelayMs(3, limits, () => 1)).toBe(400);
    expect(retryDelayMs(500, limits, () => 1)).toBe(1_000);
  });
});
