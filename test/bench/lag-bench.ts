import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { HelperProcess } from '../harness/helper-process.ts';
import { lagSummarySchema } from '../harness/lag/percentiles.ts';
import { writerCountsSchema } from '../harness/run-writers.ts';
import { Scene } from '../harness/scene.ts';
import { seedShop, shopSize } from '../harness/shop/seed-shop.ts';
import { nativeStack } from '../harness/stack.ts';
import type { Bench, BenchResult } from './bench.ts';

const changesPerSecondWanted = 1_000;
/** Of the shop's write load, which has a little more than four row changes a transaction. */
const transactionsPerSecond = 250;
const beatsPerSecond = 50;
/** A cold connector falls behind a load that begins at once, and needs this long to be at its pace. */
const warmUpMs = 40_000;
const measureMs = 60_000;
const scale = 0.05;
const seed = 7;

const probeSchema = z.object({ target: lagSummarySchema, floor: lagSummarySchema, pending: z.number() });

/** From sending a commit to the source until a query sees it on the target, under a steady write load. */
export const lagBench: Bench = {
  name: 'lag',
  what: `milliseconds from commit on the source to visibility on the target, at ${changesPerSecondWanted} row changes a second`,
  run: async (say) => {
    const stack = nativeStack(say);
    const wasUp = (await stack.status()).some(({ pid }) => pid !== null);
    await stack.up();
    try {
      await using scene = await Scene.open({ stack, name: 'lag' });
      return await measure(scene, say);
    } finally {
      if (!wasUp) await stack.down();
    }
  },
};

async function measure(scene: Scene, say: (line: string) => void): Promise<BenchResult> {
  const size = shopSize(scale);
  await seedShop(scene.sourceUrl, scene.database, size, () => undefined);
  const service = await scene.startConsistent({ env: { CAUSEWAY_MARKER_MS: '1000' } });
  say('consistent; the load begins, then the probe');
  const writers = HelperProcess.start(
    'harness/shop/write-shop',
    { url: scene.sourceUrl, database: scene.database, connections: 8, transactionsPerSecond, seed, size },
    (json) => writerCountsSchema.parse(json),
  );
  const started = performance.now();
  await sleep(warmUpMs);
  const probe = HelperProcess.start(
    'harness/lag/probe-lag',
    {
      mysqlUrl: scene.sourceUrl,
      database: scene.database,
      postgresUrl: scene.targetUrl,
      schema: scene.targetSchema,
      beatsPerSecond,
      floor: { bootstrapServers: scene.endpoints.kafka.bootstrapServers, topic: scene.names.topic },
    },
    (json) => probeSchema.parse(json),
  );
  await sleep(measureMs);
  const { target, floor, pending } = await probe.stop();
  const changesPerSecond = Math.round(((await writers.stop()).rows * 1000) / (performance.now() - started));
  if (pending > 0) throw new Error(`${pending} probes did not arrive on the target`);
  if (changesPerSecond < changesPerSecondWanted)
    throw new Error(`the load reached only ${changesPerSecond} row changes a second`);
  await scene.settle(service);
  const differences = await scene.differences();
  if (differences !== '') throw new Error(`the tables differ after the run:\n${differences}`);
  return {
    conditions: [
      `${changesPerSecond} row changes a second over the shop's tables, ${beatsPerSecond} probes a second, ${measureMs / 1000} s after ${warmUpMs / 1000} s of warm-up; all servers on this machine`,
      'peer: a bare Kafka consumer that holds the END of the same transactions, in the same run: no sink that reads the log can be faster',
      'all tables equal after the run',
    ],
    rows: [
      { name: 'causeway, visible on the target', figures: { ...target } },
      { name: 'bare consumer, END in hand', figures: { ...floor } },
    ],
    summary: {
      name: 'lag',
      changesPerSecond,
      samples: target.samples,
      p50Ms: target.p50Ms,
      p95Ms: target.p95Ms,
      p99Ms: target.p99Ms,
      maxMs: target.maxMs,
      peer: 'bare-consumer',
      peerP50Ms: floor.p50Ms,
      peerP95Ms: floor.p95Ms,
      peerP99Ms: floor.p99Ms,
      ratio: Math.round((target.p50Ms / floor.p50Ms) * 100) / 100,
    },
  };
}
