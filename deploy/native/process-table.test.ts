import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { findByVariable, isAlive, parseStat, readProcess } from './process-table.ts';

test('a program whose name holds spaces and parentheses is read right', () => {
  const rest = '1 4242 4242 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 33 0 987654 1 1';
  expect(parseStat(`4242 (a) S (b c)) S ${rest}`)).toEqual({
    pid: 4242,
    state: 'S',
    threads: 33,
    startTicks: '987654',
  });
});

test('a process is known by pid and start, so that another one with the same pid is not taken for it', async () => {
  const self = await readProcess(process.pid);
  expect(self).not.toBeNull();
  expect(await isAlive({ pid: process.pid, startTicks: self?.startTicks ?? '' })).toBe(true);
  expect(await isAlive({ pid: process.pid, startTicks: '1' })).toBe(false);
});

test('a process is found by a variable it was started with, and no more once it has ended', async () => {
  const mark = `mark-${process.pid}-${Date.now()}`;
  const child = spawn('sleep', ['30'], { env: { ...process.env, CAUSEWAY_TEST_MARK: mark } });
  await once(child, 'spawn');
  const found = await findByVariable('CAUSEWAY_TEST_MARK', mark);
  expect(found.map(({ pid }) => pid)).toEqual([child.pid]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await findByVariable('CAUSEWAY_TEST_MARK', mark)).toEqual([]);
});
