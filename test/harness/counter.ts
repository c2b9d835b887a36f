import type { Connection } from 'mysql2/promise';
import { Client } from 'pg';
import { sleepQuietly } from './pace.ts';
import { runWriters, type WriterCounts } from './run-writers.ts';
import type { Scene } from './scene.ts';

/** A number in one row that only ever grows on the source: on the target it must never be seen to go back. */
export async function seedCounter(scene: Scene): Promise<void> {
  await scene.sql(
    'CREATE TABLE counter (id INT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (id)); INSERT INTO counter VALUES (1, 0)',
  );
}

export interface CounterReadings {
  last: number;
  /** Different numbers seen. */
  states: number;
  /** How often the number was smaller than before, and by how much at most. */
  decreases: number;
  largestDecrease: number;
}

export interface Counting {
  readonly counts: WriterCounts;
  readonly readings: CounterReadings;
  stopWriting(): Promise<void>;
  stopReading(): Promise<CounterReadings>;
}

/** Starts to count up on the source, one transaction a step, and to watch the number on the target. */
export function startCounting(scene: Scene, transactionsPerSecond: number): Counting {
  const writing = new AbortController();
  const reading = new AbortController();
  const counts: WriterCounts = { transactions: 0, rows: 0, rolledBack: 0, deadlocks: 0 };
  const readings: CounterReadings = { last: 0, states: 0, decreases: 0, largestDecrease: 0 };
  const options = {
    url: scene.sourceUrl,
    database: scene.database,
    connections: 1,
    transactionsPerSecond,
    seed: 1,
  };
  const written = runWriters(options, () => countUp, writing.signal, counts);
  const read = watch(scene, readings, reading.signal);
  return {
    counts,
    readings,
    stopWriting: async () => {
      writing.abort();
      await written;
    },
    stopReading: async () => {
      reading.abort();
      await read;
      return readings;
    },
  };
}

async function countUp(connection: Connection): Promise<number> {
  await connection.query('UPDATE counter SET n = n + 1 WHERE id = 1');
  return 1;
}

async function watch(scene: Scene, readings: CounterReadings, signal: AbortSignal): Promise<void> {
  const client = new Client({ connectionString: scene.targetUrl });
  await client.connect();
  try {
    while (!signal.aborted) {
      const { rows } = await client.query<{ n: string }>(
        `SELECT n::text AS n FROM "${scene.targetSchema}".counter WHERE id = 1`,
      );
      note(readings, Number(rows[0]?.n ?? 0));
      await sleepQuietly(1, signal);
    }
  } finally {
    await client.end();
  }
}

function note(readings: CounterReadings, seen: number): void {
  if (seen !== readings.last) readings.states += 1;
  if (seen < readings.last) {
    readings.decreases += 1;
    readings.largestDecrease = Math.max(readings.largestDecrease, readings.last - seen);
  }
  readings.last = seen;
}
