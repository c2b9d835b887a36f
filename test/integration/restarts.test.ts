import { describe, expect, it } from 'vitest';
import type { CausewayProcess } from '../harness/causeway-process.ts';
import { endedTransaction } from '../harness/kafka-log.ts';
import { Scene, until } from '../harness/scene.ts';
import { freshSeed } from '../harness/seeded-random.ts';
import { seedShop, shopSize, type ShopSize } from '../harness/shop/seed-shop.ts';
import { runShopWorkload } from '../harness/shop/workload-shop.ts';
import { openTestStack, type RestartablePart } from '../harness/stack.ts';
import { runChanges, seedChanges } from '../harness/workload-changes.ts';
import type { WriterCounts } from '../harness/run-writers.ts';

/** Pressure of each run: writers on six connections, so many transactions a second, until the end of the test. */
const transactionsPerSecond = 150;
/** A kill counts only when so many records of the log were not yet in the target. */
const inFlightMin = 50n;
const connectKillsMax = 5;
const repeatsMin = 20;
/** Small chunks and one reader, so that a kill finds the copy in its middle. */
const slowCopy = { backfill: { readers: 1, chunkRows: 2000 } };

interface Pressure {
  readonly counts: WriterCounts;
  stop(): Promise<void>;
}

function shopPressure(scene: Scene, size: ShopSize): Pressure {
  const abort = new AbortController();
  const counts: WriterCounts = { transactions: 0, rows: 0, rolledBack: 0, deadlocks: 0 };
  const options = {
    url: scene.sourceUrl,
    database: scene.database,
    connections: 6,
    transactionsPerSecond,
    seed: freshSeed(),
  };
  const running = runShopWorkload(options, size, abort.signal, counts);
  return {
    counts,
    stop: async () => {
      abort.abort();
      await running;
    },
  };
}

async function openShop(
  name: string,
  scale: number,
  limits: object,
): Promise<{ scene: Scene; size: ShopSize }> {
  const scene = await Scene.open({ stack: openTestStack(), name, limits });
  const size = shopSize(scale);
  await seedShop(scene.sourceUrl, scene.database, size);
  return { scene, size };
}

async function finish(scene: Scene, process: CausewayProcess, pressure: Pressure): Promise<void> {
  await scene.waitForStage(process, 'verify');
  await pressure.stop();
  await scene.settle(process);
  expect(await scene.differences()).toBe('');
}

describe('kill -9 of the service under load', () => {
  it('in the backfill: no row twice, none missing', async () => {
    const { scene, size } = await openShop('killcopy', 0.1, slowCopy);
    await using _ = scene;
    const pressure = shopPressure(scene, size);
    let process = await scene.start();
    for (const share of [0.1, 0.4, 0.7]) {
      const document = await process.waitFor(
        `the copy to reach ${share}`,
        ({ stage, backfill }) => stage === 'backfill' && backfill !== null && copiedShare(backfill) >= share,
        120_000,
      );
      expect(document.stage).toBe('backfill');
      await process.killNow();
      const before = pressure.counts.transactions;
      process = await scene.start();
      await until('writes while it was down', () => Promise.resolve(pressure.counts.transactions > before));
    }
    await finish(scene, process, pressure);
  });

  it('in the replay: what was applied stays, the rest follows', async () => {
    // Few changes a target transaction, so that the replay takes long enough to be killed in it.
    const { scene, size } = await openShop('killreplay', 0.05, {
      ...slowCopy,
      apply: { rowsMax: 50, lingerMs: 0 },
    });
    await using _ = scene;
    const pressure = shopPressure(scene, size);
    let process = await scene.start();
    await process.waitFor('the replay', ({ stage }) => stage === 'replay', 180_000);
    await process.killNow();
    expect(await scene.recordsInFlight()).toBeGreaterThan(inFlightMin);
    process = await scene.start();
    await finish(scene, process, pressure);
  });

  it('in streaming, five times, with rows in flight at each kill', async () => {
    const { scene, size } = await openShop('killstream', 0.02, {});
    await using _ = scene;
    const pressure = shopPressure(scene, size);
    let process = await scene.startConsistent();
    for (let round = 1; round <= 5; round++) {
      // A large transaction is under way at the kill, beside the steady load.
      const large = scene.sql('UPDATE order_item SET quantity = quantity + 1');
      await until('records that are not applied', async () => (await scene.recordsInFlight()) > inFlightMin);
      await process.killNow();
      expect(await scene.recordsInFlight()).toBeGreaterThan(inFlightMin);
      await large;
      process = await scene.startConsistent();
    }
    await finish(scene, process, pressure);
  });
});

describe('restart of the parts between source and service', () => {
  it('kill -9 of Connect in mid stream: the repeats that follow, TRUNCATE among them, change nothing', async () => {
    await using scene = await Scene.open({ stack: openTestStack(), name: 'killconnect' });
    const { process, counts, stop } = await streamChanges(scene);
    let repeats = { transactions: 0, truncates: 0 };
    // How much is repeated depends on when Connect last stored its position, so one kill may show nothing.
    for (
      let kill = 1;
      kill <= connectKillsMax && (repeats.transactions < repeatsMin || repeats.truncates === 0);
      kill++
    ) {
      await killAndStart(scene, 'connect', counts);
      await scene.settle(process);
      repeats = await countRepeats(scene);
    }
    await stop();
    await scene.settle(process);
    expect(repeats.transactions).toBeGreaterThanOrEqual(repeatsMin);
    expect(repeats.truncates).toBeGreaterThan(0);
    expect(await scene.differences()).toBe('');
  });

  it('kill -9 of Kafka in mid stream changes nothing', async () => {
    await using scene = await Scene.open({ stack: openTestStack(), name: 'killkafka' });
    const { process, counts, stop } = await streamChanges(scene);
    await killAndStart(scene, 'kafka', counts);
    await stop();
    await scene.settle(process);
    expect(await scene.differences()).toBe('');
  });
});

async function streamChanges(
  scene: Scene,
): Promise<{ process: CausewayProcess; counts: WriterCounts; stop: () => Promise<void> }> {
  await seedChanges(scene.sourceUrl, scene.database, 1000);
  const process = await scene.startConsistent();
  const abort = new AbortController();
  const counts: WriterCounts = { transactions: 0, rows: 0, rolledBack: 0, deadlocks: 0 };
  const writing = runChanges(
    {
      url: scene.sourceUrl,
      database: scene.database,
      connections: 4,
      transactionsPerSecond,
      truncateShare: 0.1,
      seed: freshSeed(),
    },
    abort.signal,
    counts,
  );
  return {
    process,
    counts,
    stop: async () => {
      abort.abort();
      await writing;
    },
  };
}

/** Kills a part while transactions are committed before, during and after it. */
async function killAndStart(scene: Scene, part: RestartablePart, counts: WriterCounts): Promise<void> {
  await moreTransactions(counts, 300);
  await scene.stack.kill(part);
  await moreTransactions(counts, 100);
  await scene.stack.start(part);
  await moreTransactions(counts, 200);
}

async function moreTransactions(counts: WriterCounts, more: number): Promise<void> {
  const wanted = counts.transactions + more;
  await until(`${more} more transactions`, () => Promise.resolve(counts.transactions >= wanted));
}

/** Counts what stands in the log more than once, by the transaction ids in it. */
async function countRepeats(scene: Scene): Promise<{ transactions: number; truncates: number }> {
  const ended = new Set<string>();
  const truncated = new Set<string>();
  const repeats = { transactions: 0, truncates: 0 };
  await scene.kafka.readAll(scene.names.topic, ({ key, value }) => {
    const id = endedTransaction(value);
    if (id !== null) {
      if (ended.has(id)) repeats.transactions += 1;
      ended.add(id);
    }
    // Nothing but a TRUNCATE has no key.
    if (key === null && value !== null) {
      const gtid = /[0-9a-f-]{36}:(?:[a-z_]+:)?\d+/.exec(value.toString('latin1'))?.[0] ?? '';
      if (truncated.has(gtid)) repeats.truncates += 1;
      truncated.add(gtid);
    }
  });
  return repeats;
}

function copiedShare(backfill: { rows: string; rowsEstimate: string }): number {
  const estimate = Number(backfill.rowsEstimate);
  return estimate === 0 ? 0 : Number(backfill.rows) / estimate;
}
