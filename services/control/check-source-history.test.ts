import { describe, expect, it } from 'vitest';
import { checkSourceHistory } from './check-source-history.ts';

const server = '3e11fa47-71ca-11e1-9e33-c80aa9429562';

async function check(taken: string, ...executed: readonly string[]): Promise<number> {
  let looks = 0;
  await checkSourceHistory({
    taken,
    executedPosition: async () => executed[Math.min(looks++, executed.length - 1)] ?? '',
    signal: new AbortController().signal,
    sleep: async () => undefined,
  });
  return looks;
}

describe('L7: the source still has what came through its log', () => {
  it('L7: passes at once when it has', async () => {
    expect(await check(`${server}:5-9`, `${server}:1-12`)).toBe(1);
    expect(await check('', '')).toBe(1);
  });

  it('L7: waits for a transaction whose commit is under way', async () => {
    expect(await check(`${server}:5-13`, `${server}:1-12`, `${server}:1-13`)).toBe(2);
  });

  it('L7: halts when transactions are lost, or the server is another one', async () => {
    const rewound = { code: 'SOURCE_REWOUND', isRetryable: false };
    await expect(check(`${server}:5-13`, `${server}:1-12`)).rejects.toMatchObject(rewound);
    await expect(check(`${server}:5-13`, '')).rejects.toMatchObject(rewound);
  });
});
