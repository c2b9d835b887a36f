import mysql, { type Connection } from 'mysql2/promise';
import { z } from 'zod';
import { Pace } from './pace.ts';
import { SeededRandom } from './seeded-random.ts';

/** One kind of transaction; answers how many rows it changed. The runner has begun it and commits it. */
export type TransactionBody = (connection: Connection, random: SeededRandom) => Promise<number>;

export interface WriterOptions {
  readonly url: string;
  readonly database: string;
  readonly connections: number;
  readonly transactionsPerSecond: number;
  readonly seed: number;
  /** Share of transactions that are rolled back at their end. */
  readonly rollbackShare?: number;
  /** Ends the run by itself after so many transactions. */
  readonly transactionsMax?: number;
}

export const writerCountsSchema = z.object({
  transactions: z.number(),
  rows: z.number(),
  rolledBack: z.number(),
  /** Transactions that the server gave up for a deadlock or a lock wait; they were not repeated. */
  deadlocks: z.number(),
});

export type WriterCounts = z.infer<typeof writerCountsSchema>;

const deadlockErrors = new Set([1205, 1213]);

/** Runs transactions at a steady rate over several connections until the signal or the given number of them. */
export async function runWriters(
  options: WriterOptions,
  chooseBody: (random: SeededRandom) => TransactionBody,
  signal: AbortSignal,
  counts: WriterCounts = { transactions: 0, rows: 0, rolledBack: 0, deadlocks: 0 },
): Promise<WriterCounts> {
  const pace = new Pace(options.transactionsPerSecond);
  const max = options.transactionsMax ?? Number.POSITIVE_INFINITY;
  let started = 0;
  const lane = async (number: number): Promise<void> => {
    const random = new SeededRandom(options.seed * 1000 + number);
    const connection = await connect(options);
    try {
      while (!signal.aborted && started < max) {
        started += 1;
        await pace.wait(signal);
        if (!signal.aborted) await runOne(connection, random, options, chooseBody(random), counts);
      }
    } finally {
      await connection.end();
    }
  };
  await Promise.all(Array.from({ length: options.connections }, (_, number) => lane(number)));
  return counts;
}

async function connect(options: WriterOptions): Promise<Connection> {
  const connection = await mysql.createConnection({
    uri: options.url,
    database: options.database,
    charset: 'utf8mb4_bin',
  });
  await connection.query("SET time_zone = '+00:00', innodb_lock_wait_timeout = 5");
  return connection;
}

async function runOne(
  connection: Connection,
  random: SeededRandom,
  options: WriterOptions,
  body: TransactionBody,
  counts: WriterCounts,
): Promise<void> {
  try {
    await connection.query('BEGIN');
    const rows = await body(connection, random);
    if (random.isBelow(options.rollbackShare ?? 0)) {
      await connection.query('ROLLBACK');
      counts.rolledBack += 1;
      return;
    }
    await connection.query('COMMIT');
    counts.transactions += 1;
    counts.rows += rows;
  } catch (thrown) {
    if (!deadlockErrors.has(errorNumber(thrown))) throw thrown;
    await connection.query('ROLLBACK');
    counts.deadlocks += 1;
  }
}

function errorNumber(thrown: unknown): number {
  return thrown instanceof Error && 'errno' in thrown ? Number(thrown.errno) : 0;
}
