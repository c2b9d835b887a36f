import { expect, test } from 'vitest';
import type { ApplySession, TableChanges } from '../../connectors/engine.ts';
import type { Checkpoint, CheckpointAdvance } from '../../schemas/checkpoint.ts';
import { freshAssemblerState, type AvroRow, type LogItem, type RowField } from '../../schemas/log-item.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import type { ExactRow } from '../../schemas/types/value-kind.ts';
import { noFaults, type FaultPoints } from '../runtime/fault-points.ts';
import { silentLogger } from '../runtime/logger.ts';
import { sleep } from '../runtime/sleep.ts';
import { applyLimits, type ApplyLimits } from './apply-limits.ts';
import { ApplyLog } from './apply-log.ts';
import type { ApplyBatch, ApplyDesired } from './apply-port.ts';
import { accountTable } from './plan-fixture.ts';

test('before M0 nothing is applied; at M0 the checkpoint gets the marker; past M1 all that came after M0 is applied', async () => {
  const run = startRun({ checkpoint: { marker: null } });
  run.log.push(transaction(1, [put('1', 'early')]), marker(2, 1n));
  await run.until(() => run.session.saved?.nextOffset === 3n, 'the position is saved');
  expect(run.session.saved?.marker).toBeNull();
  run.log.push(marker(3, 2n), transaction(4, [put('2', 'late')]));
  run.desired.markerStart = 2n;
  await run.until(() => run.session.saved?.marker === 2n, 'M0 is saved');
  expect(run.applying.mode).toBe('holding');
  await sleep(30, run.signal);
  expect(run.session.saved?.nextOffset).toBe(4n);
  run.desired.markerEnd = 3n;
  await run.until(() => run.session.saved?.nextOffset === 5n, 'the rest is applied');
  expect(run.session.rows()).toEqual([['2', 'late', null]]);
  await run.stop();
});

test('a marker that passed before M0 was known counts as soon as it is known, where the reader then stands', async () => {
  const run = startRun({ checkpoint: { marker: null } });
  run.log.push(marker(1, 5n), transaction(2, [put('1', 'a')]), marker(3, 6n));
  await run.until(() => run.session.saved?.nextOffset === 4n, 'the position is saved');
  expect(run.session.saved?.marker).toBeNull();
  run.desired.markerStart = 5n;
  await run.until(() => run.session.saved?.marker === 6n, 'the marker is saved');
  expect(run.session.rows()).toEqual([]);
  await run.stop();
});

test('a restart between M0 and M1 holds at the checkpoint', async () => {
  const run = startRun({ checkpoint: { marker: 2n } });
  run.log.push(transaction(1, [put('1', 'a')]));
  await sleep(30, run.signal);
  expect(run.session.commits).toBe(0);
  await run.stop();
});

test('transactions that are at hand together share a commit; one that comes alone is committed at once', async () => {
  const run = startRun({ desired: applyingNow });
  run.log.push(...[1, 2, 3].map((at) => transaction(at, [put(String(at), null)])));
  await run.until(() => run.session.saved?.nextOffset === 4n, 'the group is committed');
  expect(run.session.commits).toBeLessThanOrEqual(2);
  run.log.push(transaction(4, [put('4', null)]));
  await run.until(() => run.session.saved?.nextOffset === 5n, 'the last one is committed');
  expect(run.session.rows()).toHaveLength(4);
  await run.stop();
});

test('a transaction larger than a group is written in pieces and committed once, at its end', async () => {
  const run = startRun({ desired: applyingNow, limits: { groupEvents: 10 } });
  const rows = Array.from({ length: 95 }, (_, at) => put(String(at), null));
  const items = transaction(1, rows).items;
  run.log.push(batch(items.slice(0, 50)));
  await run.until(() => run.session.writes >= 4, 'pieces are written');
  expect(run.session.commits).toBe(0);
  run.log.push(batch(items.slice(50)));
  await run.until(() => run.session.commits > 0, 'it is committed');
  expect(run.session.commits).toBe(1);
  expect(run.session.rows()).toHaveLength(95);
  await run.stop();
});

test('a TRUNCATE takes away what came before it and nothing that comes after', async () => {
  const run = startRun({ desired: applyingNow });
  const truncate: LogItem = {
    kind: 'truncate',
    truncate: { kind: 'truncate', offset: 2n, database: 'shop', table: 'account', gtid: null, sourceMs: 0 },
    nextOffset: 3n,
  };
  run.log.push(transaction(1, [put('1', null)]), batch([truncate]), transaction(3, [put('2', null)]));
  await run.until(() => run.session.saved?.nextOffset === 4n, 'all is applied');
  expect(run.session.rows()).toEqual([['2', null, null]]);
  await run.stop();
});

test('a changed definition halts with the statement, after what came before it was committed', async () => {
  const run = startRun({ desired: applyingNow });
  const change: LogItem = {
    kind: 'schema-change',
    change: {
      kind: 'schema-change',
      offset: 2n,
      isSnapshot: false,
      gtid: null,
      database: 'shop',
      ddl: 'ALTER TABLE account ADD c int',
      tables: ['shop.account'],
    },
    nextOffset: 3n,
  };
  run.log.push(batch([...transaction(1, [put('1', null)]).items, change]), transaction(3, [put('2', null)]));
  await expect(run.ended).rejects.toMatchObject({
    code: 'SCHEMA_CHANGED',
    facts: { ddl: 'ALTER TABLE account ADD c int' },
  });
  expect(run.session.saved?.nextOffset).toBe(2n);
  expect(run.session.rows()).toEqual([['1', null, null]]);
});

test('a row that moves to another key is deleted at the old one', async () => {
  const run = startRun({ desired: applyingNow });
  const moved = { op: 'update', before: image('1', 'a'), after: image('2', 'a') } as const;
  run.log.push(transaction(1, [put('1', 'a')]), transaction(2, [moved]));
  await run.until(() => run.session.saved?.nextOffset === 3n, 'all is applied');
  expect(run.session.rows()).toEqual([['2', 'a', null]]);
  await run.stop();
});

test('rows without an image and rows of unknown tables halt', async () => {
  const incomplete = startRun({ desired: applyingNow });
  incomplete.log.push(transaction(1, [{ op: 'update', before: null, after: image('1', 'a') }]));
  await expect(incomplete.ended).rejects.toMatchObject({ code: 'APPLY_EVENT_INCOMPLETE' });
  const unknown = startRun({ desired: applyingNow });
  unknown.log.push(transaction(1, [put('1', 'a')], 'other'));
  await expect(unknown.ended).rejects.toMatchObject({ code: 'APPLY_UNKNOWN_TABLE' });
});

test('an abort commits what is complete and gives up what is not', async () => {
  const run = startRun({ desired: applyingNow });
  run.log.push(transaction(1, [put('1', 'a')]));
  await run.until(() => run.session.commits === 1, 'the first is applied');
  run.log.push(batch(transaction(2, [put('2', 'b')]).items.slice(0, 2)));
  await sleep(20, run.signal);
  await run.stop();
  expect(run.session.rows()).toEqual([['1', 'a', null]]);
  expect(run.session.isOpen).toBe(false);
});

test('an error of the target ends the run with that error and leaves nothing open', async () => {
  const run = startRun({ desired: applyingNow });
  run.session.failure = new Error('gone');
  run.log.push(transaction(1, [put('1', 'a')]));
  await expect(run.ended).rejects.toThrow('gone');
  expect(run.session.isOpen).toBe(false);
});

test('with whole transactions switched off, a reader can see half of one', async () => {
  const faults: FaultPoints = { ...noFaults, isBroken: (it) => it === 'apply.whole-transactions' };
  const run = startRun({ desired: applyingNow, faults });
  run.log.push(transaction(1, [put('1', 'a'), put('2', 'b')]));
  await run.until(() => run.session.saved?.nextOffset === 2n, 'all is applied');
  expect(run.session.seen).toContainEqual([['1', 'a', null]]);
  await run.stop();
});

const applyingNow = { markerStart: 1n, markerEnd: 1n };
type Desired = { -readonly [Key in keyof ApplyDesired]: ApplyDesired[Key] };

function startRun(options: {
  readonly checkpoint?: Partial<Checkpoint>;
  readonly desired?: Partial<ApplyDesired>;
  readonly limits?: Partial<ApplyLimits>;
  readonly faults?: FaultPoints;
}) {
  const stopper = new AbortController();
  const log = new PushLog(stopper.signal);
  const session = new MemorySession();
  const desired: Desired = {
    stage: 'sync',
    isPaused: false,
    markerStart: null,
    markerEnd: null,
    ...options.desired,
  };
  const checkpoint: Checkpoint = {
    migration: 'm',
    direction: 'forward',
    term: 1n,
    topic: 'log',
    nextOffset: 1n,
    lastRecordSha256: null,
    assembler: freshAssemblerState,
    sourceCommitMs: null,
    marker: 1n,
    ...options.checkpoint,
  };
  const applying = new ApplyLog({
    tables: [accountTable],
    session,
    checkpoint,
    log,
    desired: () => desired,
    limits: { ...applyLimits, recordMs: 1, ...options.limits },
    faults: options.faults ?? noFaults,
    logger: silentLogger,
    onRow: () => undefined,
    onTransaction: () => undefined,
    onCommit: () => undefined,
    nowMs: () => performance.now(),
    sleep: (ms, signal) => sleep(Math.min(ms, 5), signal),
  });
  const ended = applying.run(stopper.signal);
  ended.catch(() => undefined);
  return {
    applying,
    log,
    session,
    desired,
    ended,
    signal: stopper.signal,
    until: async (isSo: () => boolean, what: string): Promise<void> => {
      for (let waited = 0; !isSo(); waited += 2) {
        if (waited > 2_000) throw new Error(`waited in vain until ${what}`);
        await Promise.race([sleep(2, stopper.signal), ended]);
      }
    },
    stop: async (): Promise<void> => {
      stopper.abort();
      await ended;
    },
  };
}

/** A log that a test writes. */
class PushLog implements AsyncIterable<ApplyBatch> {
  readonly #waiting: ApplyBatch[] = [];
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  push(...batches: ApplyBatch[]): void {
    this.#waiting.push(...batches);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ApplyBatch> {
    while (!this.#signal.aborted) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else await sleep(1, this.#signal);
    }
  }
}

/** A target in memory whose transactions are all or nothing. */
class MemorySession implements ApplySession {
  saved: CheckpointAdvance | null = null;
  commits = 0;
  writes = 0;
  isOpen = false;
  failure: Error | null = null;
  /** The table after each commit. */
  readonly seen: ExactRow[][] = [];
  #committed = new Map<string, ExactRow>();
  #open = new Map<string, ExactRow>();

  rows(): ExactRow[] {
    return [...this.#committed.values()];
  }

  async takeOver(): Promise<Checkpoint> {
    throw new Error('not used');
  }

  async begin(): Promise<void> {
    expect(this.isOpen).toBe(false);
    this.isOpen = true;
    this.#open = new Map(this.#committed);
  }

  async write(_: TablePlan, { deletes, upserts }: TableChanges): Promise<void> {
    if (this.failure !== null) throw this.failure;
    expect(this.isOpen).toBe(true);
    this.writes += 1;
    for (const [id] of deletes) this.#open.delete(String(id));
    for (const row of upserts) this.#open.set(String(row[0]), row);
    await sleep(1, new AbortController().signal);
  }

  async truncate(): Promise<void> {
    expect(this.isOpen).toBe(true);
    this.#open.clear();
  }

  async commit(advance: CheckpointAdvance): Promise<void> {
    expect(this.isOpen).toBe(true);
    this.isOpen = false;
    this.#committed = this.#open;
    this.saved = advance;
    this.commits += 1;
    this.seen.push(this.rows());
  }

  async rollback(): Promise<void> {
    this.isOpen = false;
  }

  async close(): Promise<void> {
    this.isOpen = false;
  }
}

interface TestRow {
  readonly op: 'insert' | 'update' | 'delete';
  readonly before: AvroRow | null;
  readonly after: AvroRow | null;
}

function put(id: string, tag: string | null): TestRow {
  return { op: 'insert', before: null, after: image(id, tag) };
}

function image(id: string, tag: string | null): AvroRow {
  return { id: BigInt(id), tag, note: null };
}

function batch(items: readonly LogItem[]): ApplyBatch {
  return {
    items,
    positionAt: (nextOffset) => ({ assembler: freshAssemblerState, lastRecordSha256: String(nextOffset) }),
  };
}

function transaction(offset: number, rows: readonly TestRow[], table = 'account'): ApplyBatch {
  const transactionId = `t${offset}`;
  const fields: RowField[] = ['id', 'tag', 'note'].map((name) => ({
    name,
    isNullable: name !== 'id',
    avroType: name === 'id' ? 'long' : 'string',
    connectName: null,
    connectParameters: {},
  }));
  return batch([
    { kind: 'begin', transactionId, offset: BigInt(offset) },
    ...rows.map((row, at): LogItem => ({
      kind: 'row',
      row: {
        kind: 'row',
        offset: BigInt(offset),
        database: 'shop',
        table,
        transactionId,
        totalOrder: BigInt(at + 1),
        gtid: null,
        sourceMs: 0,
        schema: { registryId: 1, fields },
        ...row,
      },
    })),
    { kind: 'end', transactionId, sourceCommitMs: 1, marker: null, nextOffset: BigInt(offset + 1) },
  ]);
}

function marker(offset: number, marker: bigint): ApplyBatch {
  const transactionId = `t${offset}`;
  return batch([
    { kind: 'begin', transactionId, offset: BigInt(offset) },
    { kind: 'end', transactionId, sourceCommitMs: 1, marker, nextOffset: BigInt(offset + 1) },
  ]);
}
