import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './file-lock.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'causeway-lock-'));
  path = join(folder, 'instance.lock');
});

afterEach(() => rm(folder, { recursive: true }));

test('work under the same lock never overlaps', async () => {
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} begins`);
    await new Promise((done) => setTimeout(done, 50));
    events.push(`${name} ends`);
  };
  await Promise.all([withLock(path, {}, work('a')), withLock(path, {}, work('b'))]);
  const [first] = events[0]?.split(' ') ?? [];
  const second = first === 'a' ? 'b' : 'a';
  expect(events).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
});

test('the lock is free again after the work failed', async () => {
  await expect(withLock(path, {}, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await withLock(path, { waitMs: 1_000 }, () => Promise.resolve('done'))).toBe('done');
});

test('who waits is told who works, and gives up after its limit', async () => {
  const told: string[] = [];
  await withLock(path, {}, async () => {
    const waiting = withLock(path, { waitMs: 1_000, onWait: (holder) => told.push(holder) }, async () => {});
    await expect(waiting).rejects.toMatchObject({ code: 'STACK_LOCK_TIMEOUT' });
  });
  expect(told).toEqual([`process ${process.pid}`]);
});

test('the lock of a killed process is free at once', async () => {
  const script = join(folder, 'hold.mjs');
  await writeFile(
    script,
    `import { spawn } from 'node:child_process';
     const child = spawn('flock', ['--exclusive', process.argv[2], 'sh', '-c', 'echo held; exec cat'],
       { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
     child.stdout.once('data', () => process.send('held'));`,
  );
  const holder = fork(script, [path]);
  await once(holder, 'message');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(await withLock(path, { waitMs: 2_000 }, () => Promise.resolve('done'))).toBe('done');
});
