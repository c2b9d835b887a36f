import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { startCounting, seedCounter, type Counting, type CounterReadings } from '../harness/counter.ts';
import { sampled } from '../harness/sampled.ts';
import { Scene, until } from '../harness/scene.ts';
import { freshSeed } from '../harness/seeded-random.ts';
import { openTestStack } from '../harness/stack.ts';
import { runChanges, seedChanges } from '../harness/workload-changes.ts';

/**
 * Each history is played twice: with everything in place it must end well, and with the one mechanism switched off that
 * guards against it, the same check must fail. A check that cannot fail proves nothing.
 */
const stepsPerSecond = 200;

async function openCounter(name: string): Promise<Scene> {
  const scene = await Scene.open({ stack: openTestStack(), name });
  await seedCounter(scene);
  return scene;
}

async function moreSteps(counting: Counting, more: number): Promise<void> {
  const wanted = counting.counts.transactions + more;
  await until(`${more} more steps`, () => Promise.resolve(counting.counts.transactions >= wanted));
}

/** A process freezes before it writes a group; another one takes over; then the first wakes up. */
async function playZombie(broken?: readonly string[]): Promise<CounterReadings> {
  await using scene = await openCounter('zombie');
  const now = join(scene.folder, 'freeze-now');
  const first = await scene.startConsistent({
    freezeAt: `apply.before-write:${now}`,
    ...(broken === undefined ? {} : { broken }),
  });
  const holder = (await first.status())?.roles.find(({ role }) => role === 'apply')?.holder;
  const counting = startCounting(scene, stepsPerSecond);
  await moreSteps(counting, 200);
  await writeFile(now, '');
  const second = await scene.start();
  await second.waitFor(
    'the second process to apply',
    ({ roles }) =>
      roles.some(({ role, holder: held, isLive }) => role === 'apply' && isLive && held !== holder),
    60_000,
  );
  const before = counting.readings.last;
  await until('the second process to get on', () => Promise.resolve(counting.readings.last > before + 200));
  first.kill('SIGCONT');
  await sleep(3000);
  await counting.stopWriting();
  await scene.settle(second);
  return counting.stopReading();
}

/** Connect is killed in mid stream, so that a stretch of the log repeats. */
async function playRepeats(broken?: readonly string[]): Promise<CounterReadings> {
  await using scene = await openCounter('repeats');
  const process = await scene.startConsistent(broken === undefined ? {} : { broken });
  const counting = startCounting(scene, stepsPerSecond);
  for (let kill = 1; kill <= 2; kill++) {
    // Between two of Connect's writes of its position, so that some of the log comes again.
    await moreSteps(counting, 300);
    await scene.stack.kill('connect');
    await scene.stack.start('connect');
    await scene.settle(process);
  }
  await counting.stopWriting();
  await scene.settle(process);
  expect(await scene.differences()).toBe('');
  return counting.stopReading();
}

/**
 * The checkpoint's row is locked by somebody else, so that a group of several transactions cannot move it, and the process
 * dies there, its session on the target with it. Started again, it takes one transaction at a time.
 */
async function playLateCheckpoint(broken?: readonly string[]): Promise<CounterReadings> {
  await using scene = await openCounter('latecheck');
  const process = await scene.startConsistent(broken === undefined ? {} : { broken });
  const counting = startCounting(scene, stepsPerSecond);
  await until('the stream to run', () => Promise.resolve(counting.readings.states > 20));
  const locker = new Client({ connectionString: scene.targetUrl });
  await locker.connect();
  try {
    await lockCheckpoint(scene, locker);
    // While the applier waits the log grows, so that the group after this one has many transactions.
    await moreSteps(counting, 100);
    await locker.query('COMMIT');
    await lockCheckpoint(scene, locker);
    await process.killNow();
    await scene.target(`SELECT pg_terminate_backend(pid) FROM (${waitingSessions}) AS waiting`);
  } finally {
    await locker.end();
  }
  await scene.writeFile({ limits: { apply: { rowsMax: 1, lingerMs: 0 } } });
  const again = await scene.startConsistent();
  await counting.stopWriting();
  await scene.settle(again);
  expect(await scene.differences()).toBe('');
  return counting.stopReading();
}

/** Returns when the applier waits for the lock. */
async function lockCheckpoint(scene: Scene, locker: Client): Promise<void> {
  await locker.query('BEGIN');
  await locker.query('SELECT 1 FROM causeway.checkpoint FOR UPDATE');
  await until('the applier to wait', async () => (await scene.target(waitingSessions)).length > 0);
}

const waitingSessions =
  "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

const histories = [
  ['a process that wakes up after another has taken over', 'apply.fencing', playZombie],
  ['a stretch of the log that repeats', 'log.dedupe', playRepeats],
  ['a kill before the checkpoint is moved', 'apply.checkpoint-in-transaction', playLateCheckpoint],
] as const;
/** In the ordinary run; the full one has them all. */
const historiesInSample = 1;

describe('the target never goes back', () => {
  it.each(sampled(histories, historiesInSample))(
    '%s changes nothing; without %s it is seen',
    async (_, mechanism, play) => {
      const intact = await play();
      expect(intact.states).toBeGreaterThan(20);
      expect(intact.decreases).toBe(0);
      const broken = await play([mechanism]);
      expect(broken.decreases).toBeGreaterThan(0);
    },
  );
});

describe('the backfill', () => {
  it('copies no chunk twice after a crash; without backfill.ledger-in-transaction the copy stands still', async () => {
    await using scene = await Scene.open({
      stack: openTestStack(),
      name: 'ledger',
      limits: { backfill: { readers: 1, chunkRows: 500 } },
    });
    await seedChanges(scene.sourceUrl, scene.database, 3000);
    const doomed = await scene.start({
      crashAt: 'backfill.before-ledger:3',
      broken: ['backfill.ledger-in-transaction'],
    });
    expect((await doomed.waitForExit(120_000)).signal).toBe('SIGKILL');
    const process = await scene.start();
    const document = await process.waitFor('a halt', ({ halts }) => halts.length > 0, 60_000);
    expect(document.halts.map(({ part }) => part)).toContain('backfill');
  });

  it('is completed by the replay from M0; without it, changes made during the copy are missing', async () => {
    const play = async (broken?: readonly string[]): Promise<string> => {
      await using scene = await Scene.open({
        stack: openTestStack(),
        name: 'replay',
        limits: { backfill: { readers: 1, chunkRows: 500 } },
      });
      await seedChanges(scene.sourceUrl, scene.database, 10_000);
      const abort = new AbortController();
      const options = {
        url: scene.sourceUrl,
        database: scene.database,
        connections: 3,
        transactionsPerSecond: 200,
      };
      const writing = runChanges({ ...options, truncateShare: 0, seed: freshSeed() }, abort.signal);
      const process = await scene.startConsistent(broken === undefined ? {} : { broken });
      abort.abort();
      await writing;
      await scene.settle(process);
      return scene.differences();
    };
    expect(await play()).toBe('');
    expect(await play(['backfill.replay-from-m0'])).not.toBe('');
  });
});
