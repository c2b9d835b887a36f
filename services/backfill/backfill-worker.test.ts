import { expect, test } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { BackfillDesired, BackfillPort } from './backfill-port.ts';
import { BackfillWorker } from './backfill-worker.ts';
import { MemorySource, MemoryTarget } from './memory-ends.ts';
import { planOf } from './plan-fixture.ts';
import type { BackfillProgress } from './progress.ts';

const orders = planOf('shop.orders', 100, 1000);
const notes = planOf('shop.notes', 10, 100);
const numbers = (count: number): number[] => Array.from({ length: count }, (_none, index) => index);
const keys = new Map([
  ['shop.orders', numbers(100)],
  ['shop.notes', numbers(7)],
]);
const copying: BackfillDesired = {
  stage: 'backfill',
  isPaused: false,
  limits: { readers: 3, chunkRows: 9 },
  plan: {
    version: 1,
    migration: 'm',
    targetSchema: 'public',
    tables: [orders, notes],
    expand: [],
    post: [],
    notes: [],
    fingerprint: 'f',
  },
};
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore, child: () => silent };

/** The control store as the worker sees it; the test changes `desired` and waits for reports. */
class Port implements BackfillPort {
  desired: BackfillDesired | null = copying;
  progress: BackfillProgress | null = null;
  readonly reports: string[] = [];
  onReport: (report: string) => void = ignore;

  readDesired = (): Promise<BackfillDesired | null> => Promise.resolve(this.desired);
  reportProgress = (progress: BackfillProgress): Promise<void> => {
    this.progress = progress;
    return Promise.resolve();
  };
  reportDone = (): Promise<void> => this.#report('done');
  reportHalt = (error: CausewayError): Promise<void> => this.#report(error.code);

  #report(report: string): Promise<void> {
    this.reports.push(report);
    this.onReport(report);
    return Promise.resolve();
  }
}

interface Setup {
  readonly port: Port;
  readonly source: MemorySource;
  readonly target: MemoryTarget;
  /** Runs the worker until the first report, or until `stop` is called. */
  readonly run: () => Promise<void>;
  readonly stop: () => void;
}

function setUp(attemptsMax = 3): Setup {
  const port = new Port();
  const source = new MemorySource(keys);
  const target = new MemoryTarget();
  let stopper = new AbortController();
  const stop = (): void => stopper.abort();
  port.onReport = stop;
  const worker = new BackfillWorker({
    migration: 'm',
    source,
    target,
    port,
    logger: silent,
    pollMs: 1,
    drainMs: 50,
    retryLimits: { delayMs: 1, delayMsMax: 2, attemptsMax },
  });
  const run = async (): Promise<void> => {
    stopper = new AbortController();
    await worker.run(stopper.signal);
  };
  return { port, source, target, run, stop };
}

test('all rows of all tables are copied once and the end is reported with its figures', async () => {
  const { port, target, run } = setUp();
  await run();
  expect(port.reports).toEqual(['done']);
  expectAllCopied(target);
  expect(port.progress).toMatchObject({ rows: 107n, etaMs: 0 });
});

test('faults that pass are tried again, and no row comes twice', async () => {
  const { port, target, run } = setUp();
  let faults = 0;
  target.onCommit = (_chunk, moment) => {
    faults++;
    if (faults % 4 === 0) throw new CausewayError('SOURCE_UNREACHABLE', `lost ${moment} the commit`);
  };
  await run();
  expect(port.reports).toEqual(['done']);
  expectAllCopied(target);
});

test('a fault that never passes halts the copy under its own code', async () => {
  const { port, target, run } = setUp();
  target.onCommit = () => {
    throw new CausewayError('SOURCE_UNREACHABLE', 'down');
  };
  await run();
  expect(port.reports).toEqual(['CHUNK_STALLED']);
  expect(target.copied.size).toBe(0);
});

test('a table that is not as it was planned halts the copy before a row of it is kept', async () => {
  const { port, source, target, run } = setUp();
  source.fingerprint = () => 'another';
  await run();
  expect(port.reports).toEqual(['TABLE_CHANGED_DURING_BACKFILL']);
  expect(target.copied.size).toBe(0);
});

test('a table that changes while its chunk is read leaves no row of that chunk', async () => {
  const { port, source, target, run } = setUp();
  const original = source.fingerprint;
  let reads = 0;
  source.fingerprint = (table) => (++reads > 8 ? 'another' : original(table));
  await run();
  expect(port.reports).toEqual(['TABLE_CHANGED_DURING_BACKFILL']);
  const ledger = await target.readLedger();
  const inLedger = ledger.reduce((rows, entry) => rows + entry.rows, 0n);
  expect(BigInt([...target.copied.values()].flat().length)).toBe(inLedger);
});

test('after a stop in the middle the next run copies the rest and nothing twice', async () => {
  const { port, target, run, stop } = setUp();
  let commits = 0;
  target.onCommit = () => {
    if (++commits === 5) stop();
  };
  await run();
  expect(port.reports).toEqual([]);
  await run();
  expect(port.reports).toEqual(['done']);
  expectAllCopied(target);
});

test('a pause ends the taking of chunks; unpaused, the copy goes on', async () => {
  const { port, target, run } = setUp();
  let commits = 0;
  target.onCommit = async () => {
    commits++;
    if (commits === 4) port.desired = { ...copying, isPaused: true };
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (commits === 4) setTimeout(() => (port.desired = copying), 40);
  };
  await run();
  expect(port.reports).toEqual(['done']);
  expectAllCopied(target);
});

test('nothing is copied in another stage', async () => {
  const { port, target, run, stop } = setUp();
  port.desired = { ...copying, stage: 'replay' };
  setTimeout(stop, 20);
  await run();
  expect(target.copied.size).toBe(0);
});

function expectAllCopied(target: MemoryTarget): void {
  for (const [table, expected] of keys) {
    const copied = (target.copied.get(table) ?? []).map(Number).toSorted((a, b) => a - b);
    expect(copied).toEqual(expected);
  }
}

function ignore(): void {
  // Reports and log lines that a test does not look at.
}
