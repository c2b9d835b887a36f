import { z } from 'zod';
import { runHelper } from '../helper-process.ts';
import type { WriterCounts } from '../run-writers.ts';
import { runShopWorkload } from './workload-shop.ts';

/** The shop's writers as a process of their own. */
const configSchema = z.object({
  url: z.string(),
  database: z.string(),
  connections: z.number(),
  transactionsPerSecond: z.number(),
  seed: z.number(),
  size: z.object({ customers: z.number(), products: z.number(), orders: z.number() }),
});

await runHelper(
  (json) => configSchema.parse(json),
  ({ size, ...options }, signal) => {
    const counts: WriterCounts = { transactions: 0, rows: 0, rolledBack: 0, deadlocks: 0 };
    return { done: runShopWorkload(options, size, signal, counts), current: () => counts };
  },
);
