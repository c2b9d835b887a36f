import { describe, expect, it } from 'vitest';
import type { CrashPoint } from '../../services/runtime/fault-points.ts';
import { sampled } from '../harness/sampled.ts';
import { Scene } from '../harness/scene.ts';
import { freshSeed } from '../harness/seeded-random.ts';
import { openTestStack } from '../harness/stack.ts';
import { runChanges, seedChanges } from '../harness/workload-changes.ts';

/** How often each point is passed before the process dies there: at the first visit, early, and in full stream. */
const visits: Readonly<Record<CrashPoint, readonly number[]>> = {
  'backfill.before-copy': [1, 4, 12],
  'backfill.before-ledger': [1, 4, 12],
  'backfill.before-commit': [1, 4, 12],
  'backfill.after-commit': [1, 4, 12],
  'apply.before-write': [1, 10, 200],
  'apply.mid-transaction': [1, 10, 200],
  'apply.before-commit': [1, 10, 200],
  'apply.after-commit': [1, 10, 200],
  // Once for each stage from draft to verify.
  'control.before-stage': [1, 2, 3, 4, 5, 6, 7, 8],
  'control.after-stage': [1, 2, 3, 4, 5, 6, 7],
};
const cells = Object.entries(visits).flatMap(([point, times]) => times.map((nth) => `${point}:${nth}`));
/** In the ordinary run; the full one has them all. */
const cellsInSample = 4;

const items = 4000;
const limits = { backfill: { readers: 2, chunkRows: 500 } };
const transactionsPerSecond = 100;
const crashMsMax = 120_000;

describe('a process that dies at a point and is started again, with writers on', () => {
  it.each(sampled(cells, cellsInSample))('%s: loses and repeats nothing', async (crashAt) => {
    await using scene = await Scene.open({ stack: openTestStack(), name: 'crash', limits });
    await seedChanges(scene.sourceUrl, scene.database, items);
    const abort = new AbortController();
    const seed = freshSeed();
    const writing = runChanges(
      { url: scene.sourceUrl, database: scene.database, connections: 3, transactionsPerSecond, seed },
      abort.signal,
    );
    const doomed = await scene.start({ crashAt });
    expect((await doomed.waitForExit(crashMsMax)).signal).toBe('SIGKILL');
    const process = await scene.startConsistent();
    abort.abort();
    await writing;
    await scene.settle(process);
    expect(await scene.differences(), `seed ${seed}`).toBe('');
  });
});
