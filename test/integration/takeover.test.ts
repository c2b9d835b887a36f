import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { MigrationDocument } from '../../schemas/api/migration-document.ts';
import type { CausewayProcess } from '../harness/causeway-process.ts';
import { Scene } from '../harness/scene.ts';
import { freshSeed } from '../harness/seeded-random.ts';
import { openTestStack } from '../harness/stack.ts';
import { runChanges, seedChanges } from '../harness/workload-changes.ts';

const roles = ['apply', 'backfill', 'control'] as const;
const takeoverMs = 30_000;

function holders(document: MigrationDocument): string[] {
  return roles.flatMap((role) =>
    document.roles.filter((held) => held.role === role && held.isLive).map((held) => held.holder),
  );
}

async function holderOfAll(process: CausewayProcess): Promise<string> {
  const document = await process.waitFor(
    'one holder of all roles',
    (found) => holders(found).length === roles.length && new Set(holders(found)).size === 1,
    takeoverMs,
  );
  return holders(document)[0] ?? '';
}

async function underLoad(scene: Scene, work: () => Promise<void>): Promise<void> {
  const abort = new AbortController();
  const writing = runChanges(
    {
      url: scene.sourceUrl,
      database: scene.database,
      connections: 4,
      transactionsPerSecond: 150,
      seed: freshSeed(),
    },
    abort.signal,
  );
  try {
    await work();
  } finally {
    abort.abort();
    await writing;
  }
}

describe('a second process', () => {
  it('stands by, and takes every role over when the first is killed', async () => {
    await using scene = await Scene.open({ stack: openTestStack(), name: 'takeover' });
    await seedChanges(scene.sourceUrl, scene.database, 2000);
    const first = await scene.startConsistent();
    const second = await scene.start();
    const holder = await holderOfAll(first);
    expect(await holderOfAll(second)).toBe(holder);
    await underLoad(scene, async () => {
      await sleep(2000);
      await first.killNow();
      await second.waitFor(
        'the second process to hold every role',
        (document) => holders(document).length === roles.length && !holders(document).includes(holder),
        takeoverMs,
      );
      await sleep(2000);
    });
    await scene.settle(second);
    expect(await scene.differences()).toBe('');
  });

  it('takes over from a process that freezes, which changes nothing when it wakes up', async () => {
    await using scene = await Scene.open({ stack: openTestStack(), name: 'frozen' });
    await seedChanges(scene.sourceUrl, scene.database, 2000);
    const first = await scene.startConsistent();
    const holder = await holderOfAll(first);
    const second = await scene.start();
    await underLoad(scene, async () => {
      await sleep(1000);
      first.kill('SIGSTOP');
      await second.waitFor(
        'the second process to hold every role',
        (document) => holders(document).length === roles.length && !holders(document).includes(holder),
        120_000,
      );
      await sleep(2000);
      first.kill('SIGCONT');
      await sleep(5000);
      expect(first.isRunning).toBe(true);
    });
    await scene.settle(second);
    expect(await scene.differences()).toBe('');
  });
});
