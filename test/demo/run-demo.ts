import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { stringify } from 'yaml';
import { z } from 'zod';
import { NativeStack } from '../../deploy/native/stack.ts';
import { hasReached } from '../../schemas/stage.ts';
import { CausewayProcess } from '../harness/causeway-process.ts';
import { compareTables } from '../harness/compare-tables.ts';
import { HelperProcess } from '../harness/helper-process.ts';
import { lagSummarySchema, type LagSummary } from '../harness/lag/percentiles.ts';
import { sleepQuietly } from '../harness/pace.ts';
import { projectRoot } from '../harness/project-root.ts';
import { writerCountsSchema, type WriterCounts } from '../harness/run-writers.ts';
import { seedShop, shopSize } from '../harness/shop/seed-shop.ts';
import { shopTables } from '../harness/shop/shop-schema.ts';
import type { StackEndpoints } from '../harness/stack.ts';
import { summaryText } from './summary.ts';

export interface DemoOptions {
  /** Leave everything running at the end, until Ctrl-C. */
  readonly isKept: boolean;
  readonly signal: AbortSignal;
}

const instance = 'demo';
const database = 'shop';
const migration = 'shop';
const schema = 'shop';
const scale = 1;
const seed = 20_260_101;
const transactionsPerSecond = 300;
const beatsPerSecond = 20;
const streamMs = 20_000;
const stageMsMax = 600_000;
const folder = join(projectRoot, '.causeway', 'demo');

const probeSchema = z.object({ target: lagSummarySchema, pending: z.number() });

/** Everything the demo has started, ended in reverse order whatever happens. */
class Running {
  readonly #enders: (() => Promise<unknown>)[] = [];

  add(end: () => Promise<unknown>): void {
    this.#enders.push(end);
  }

  async end(): Promise<void> {
    for (const end of this.#enders.splice(0).reverse()) await end();
  }
}

/** A shop of a million rows under write load, migrated live, and compared row by row. Answers the exit code. */
export async function runDemo({ isKept, signal }: DemoOptions): Promise<number> {
  const running = new Running();
  try {
    return await walk(running, isKept, signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    say('interrupted');
    return 130;
  } finally {
    await running.end();
  }
}

async function walk(running: Running, isKept: boolean, signal: AbortSignal): Promise<number> {
  const startedMs = performance.now();
  const stack = new NativeStack({ instance, progress: (line) => say(`stack: ${line}`) });
  say(
    'stack: MySQL, PostgreSQL, Kafka, Connect with Debezium and a schema registry, on loopback; an earlier demo is removed',
  );
  await stack.reset();
  running.add(() => stack.down());
  const endpoints = await stack.up(signal);

  const seeding = performance.now();
  const seedRows = await fillShop(endpoints, signal);
  const seedMs = performance.now() - seeding;

  say(`load: ${transactionsPerSecond} transactions a second on MySQL, from now on`);
  const writers = startWriters(endpoints);
  running.add(() => Promise.resolve(writers.kill()));

  const migrating = performance.now();
  const causeway = await startCauseway(endpoints);
  running.add(async () => {
    if (causeway.isRunning) await causeway.stop();
  });
  const consistent = await waitUntilConsistent(causeway, signal);
  const consistentMs = performance.now() - migrating;

  say(`stream: ${streamMs / 1000} s under load, with ${beatsPerSecond} probes a second`);
  const lag = await measureLag(endpoints, running, signal);

  say('stop: the writers end; then a last marker has to be applied');
  const counts = await writers.stop();
  await settle(endpoints, causeway);

  say('compare: every row and column of both sides, by code that shares nothing with the product');
  const comparing = performance.now();
  const comparison = await compareTables(
    { mysqlUrl: endpoints.mysql.url, postgresUrl: endpoints.postgres.url },
    shopTables.map(({ name }) => ({ source: { database, table: name }, target: { schema, table: name } })),
  );
  const figures = {
    fetchedBytes: stack.lastUp?.downloadBytes ?? 0,
    fetchMs: stack.lastUp?.downloadMs ?? 0,
    stackMs: stack.lastUp?.startMs ?? 0,
    seedRows,
    seedMs,
    copiedRows: consistent.copiedRows,
    consistentMs,
    streamMs,
    writers: counts,
    lag,
    compareMs: performance.now() - comparing,
    comparison,
    totalMs: performance.now() - startedMs,
  };
  process.stdout.write(summaryText(figures));
  process.stdout.write(lookAround(endpoints, causeway, isKept));
  if (isKept)
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  return comparison.isSame ? 0 : 1;
}

async function fillShop(endpoints: StackEndpoints, signal: AbortSignal): Promise<number> {
  let rows = 0;
  await seedShop(endpoints.mysql.url, database, shopSize(scale), (table, tableRows) => {
    signal.throwIfAborted();
    rows += tableRows;
    say(`seed: ${table} ${tableRows.toLocaleString('en-US')}`);
  });
  return rows;
}

function startWriters(endpoints: StackEndpoints): HelperProcess<WriterCounts> {
  const size = shopSize(scale);
  return HelperProcess.start(
    'harness/shop/write-shop',
    { url: endpoints.mysql.url, database, connections: 8, transactionsPerSecond, seed, size },
    (json) => writerCountsSchema.parse(json),
  );
}

async function startCauseway(endpoints: StackEndpoints): Promise<CausewayProcess> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'causeway.yaml');
  const content = {
    version: 1,
    migration,
    source: { engine: 'mysql', url: endpoints.mysql.url },
    target: { engine: 'postgres', url: endpoints.postgres.url, schema },
    tables: [`${database}.*`],
    plan: { approve: 'auto' },
    kafka: { brokers: endpoints.kafka.bootstrapServers.split(','), replicationFactor: 1 },
    connect: { url: endpoints.connect.url, secretsDir: endpoints.connect.secretsDir },
    registry: { url: endpoints.registry.url },
    store: { url: endpoints.store.url },
  };
  await writeFile(file, stringify(content), { mode: 0o600 });
  say(`migrate: bin/causeway run -f ${file}`);
  return CausewayProcess.start({
    args: ['run', '-f', file, '--progress', 'text'],
    migration,
    logFile: join(folder, 'causeway.log'),
    home: folder,
    env: { CAUSEWAY_LOG_LEVEL: 'error' },
    onLine: (line) => say(`  ${line}`),
  });
}

async function waitUntilConsistent(
  causeway: CausewayProcess,
  signal: AbortSignal,
): Promise<{ copiedRows: number }> {
  const document = await causeway.waitFor(
    'a consistent target',
    ({ stage }) => {
      signal.throwIfAborted();
      return hasReached(stage, 'verify');
    },
    stageMsMax,
  );
  return { copiedRows: Number(document.backfill?.rows ?? 0) };
}

async function measureLag(
  endpoints: StackEndpoints,
  running: Running,
  signal: AbortSignal,
): Promise<LagSummary> {
  const probe = HelperProcess.start(
    'harness/lag/probe-lag',
    {
      mysqlUrl: endpoints.mysql.url,
      database,
      postgresUrl: endpoints.postgres.url,
      schema,
      beatsPerSecond,
      floor: null,
    },
    (json) => probeSchema.parse(json),
  );
  running.add(() => Promise.resolve(probe.kill()));
  await sleepQuietly(streamMs, signal);
  signal.throwIfAborted();
  const { target, pending } = await probe.stop();
  if (pending > 0) throw new Error(`${pending} probes did not arrive on the target`);
  return target;
}

/** Waits until a marker that was written after the last transaction is in the target. */
async function settle(endpoints: StackEndpoints, causeway: CausewayProcess): Promise<void> {
  const connection = await mysql.createConnection(endpoints.mysql.url);
  const [rows] = await connection.query<mysql.RowDataPacket[]>(
    'SELECT n FROM causeway.marker WHERE migration = ?',
    [migration],
  );
  await connection.end();
  const wanted = BigInt(String(rows[0]?.['n'])) + 2n;
  await causeway.waitFor(
    'the last marker',
    ({ markers }) => markers.applied !== null && BigInt(markers.applied) >= wanted,
    stageMsMax,
  );
}

function lookAround(endpoints: StackEndpoints, causeway: CausewayProcess, isKept: boolean): string {
  if (!isKept) return 'Stopping everything. `make demo KEEP=1` leaves it running, to look around.\n';
  const { mysql: source, postgres: target } = endpoints;
  return [
    'Everything keeps running until Ctrl-C. Look around in another terminal:',
    `  CAUSEWAY_URL=${causeway.url} CAUSEWAY_TOKEN=${causeway.token} bin/causeway status --watch`,
    ...('clientPath' in source && source.clientPath !== undefined
      ? [`  ${source.clientPath} ${database}`]
      : []),
    `  MySQL       ${source.url}/${database}`,
    `  PostgreSQL  ${target.url} (schema ${schema})`,
    `  file, log   ${folder}`,
    '',
  ].join('\n');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
