import { afterAll, beforeAll, expect, test } from 'vitest';
import { PostgresTarget } from '../../connectors/postgres/target-engine.ts';
import type { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { Checkpoint } from '../../schemas/checkpoint.ts';
import { freshAssemblerState, type LogItem } from '../../schemas/log-item.ts';
import type { MigrationPlan } from '../../schemas/migration-plan.ts';
import type { Stage } from '../../schemas/stage.ts';
import type { ApplyBatch, ApplyLogReader, ApplyPort, ApplyStatus } from '../../services/apply/apply-port.ts';
import { ApplyWorker } from '../../services/apply/apply-worker.ts';
import { accountTable } from '../../services/apply/plan-fixture.ts';
import { silentLogger } from '../../services/runtime/logger.ts';
import { Metrics } from '../../services/runtime/metrics.ts';
import { sleep } from '../../services/runtime/sleep.ts';
import { makeScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { targetServerUrl } from './target-server.ts';
import { createStep } from './target-tables.ts';

const never = new AbortController().signal;
const accounts = 20;
const transfers = 400;
const table = { ...accountTable, target: { schema: 's', table: 'account' } };
const plan: MigrationPlan = {
  version: 1,
  migration: 'm',
  targetSchema: 's',
  tables: [table],
  expand: [],
  post: [],
  notes: [],
  fingerprint: '',
};

let database: ScratchDatabase;
let target: PostgresTarget;

beforeAll(async () => {
  database = await makeScratchDatabase(await targetServerUrl());
});

afterAll(async () => {
  await database.drop();
});

test('appliers that fight for the log and lose their connections apply every transfer once and never show half of one', async () => {
  target = new PostgresTarget({ url: database.url, migration: 'm' });
  await target.prepare();
  await target.runSteps('m', [createStep(table, 0)], () => undefined, never);
  const log = new TransferLog();
  const desired = { stage: 'replay' as Stage, isPaused: false, markerStart: 1n, markerEnd: 1n };
  await target.ensureCheckpoint('m', 'log');
  await database.query(`UPDATE causeway.checkpoint SET marker = 1`);
  const stopper = new AbortController();
  const workers = [1, 2].map((): Promise<void> =>
    newWorker(log, { readDesired: async () => desired }).run(stopper.signal),
  );
  const sums = new Set<string | null | undefined>();
  let kills = 0;
  while ((await target.readCheckpoint('m'))?.nextOffset !== log.endOffset) {
    const [row] = await database.query(
      `SELECT count(*)::text || ' accounts with ' || coalesce(sum(note::bigint), 0)::text FROM s.account`,
    );
    sums.add(row?.[0]);
    if (kills < 5) {
      kills += 1;
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'causeway/m/apply'
         ORDER BY random() LIMIT 1`,
      );
    }
    await sleep(20, never);
  }
  stopper.abort();
  await Promise.all(workers);
  sums.delete('0 accounts with 0');
  expect([...sums]).toEqual([`${accounts} accounts with ${accounts * 100}`]);
  const rows = await database.query('SELECT id, note FROM s.account ORDER BY id');
  expect(rows).toEqual(log.balances());
  expect((await target.readCheckpoint('m'))?.term).toBeGreaterThan(2n);
}, 60_000);

test('a worker waits for the stage, stops when paused, goes on when resumed, and shows why it halts until it is mended', async () => {
  await database.query('DELETE FROM s.account');
  target = new PostgresTarget({ url: database.url, migration: 'm' });
  await database.query(
    `UPDATE causeway.checkpoint SET next_offset = 0, marker = 1, assembler = '{"gtids":"","marker":null,"hasStreamed":false}'`,
  );
  const desired = { stage: 'expand' as Stage, isPaused: false, markerStart: 1n, markerEnd: 1n };
  const log = new TransferLog();
  const statuses: ApplyStatus[] = [];
  const halts: (string | null)[] = [];
  const stopper = new AbortController();
  const worker = newWorker(log, {
    readDesired: async () => ({ ...desired }),
    reportStatus: async (status) => void statuses.push(status),
    reportHalt: async (error: CausewayError | null) => void halts.push(error?.code ?? null),
  });
  const running = worker.run(stopper.signal);
  const until = async (isSo: () => boolean): Promise<void> => {
    for (let waited = 0; !isSo() && waited < 500; waited += 1) await sleep(10, never);
    expect(isSo()).toBe(true);
  };
  await until(() => statuses.length > 2);
  expect(statuses.every(({ mode }) => mode === 'waiting')).toBe(true);
  await database.query('ALTER TABLE s.account RENAME COLUMN note TO memo');
  desired.stage = 'replay';
  await until(() => halts.includes('TARGET_DRIFT'));
  await database.query('ALTER TABLE s.account RENAME COLUMN memo TO note');
  await until(() => halts.at(-1) === null && statuses.at(-1)?.mode === 'applying');
  await until(() => statuses.at(-1)?.lagRecords === 0n);
  expect(statuses.at(-1)).toMatchObject({ transactions: transfers + 1, nextOffset: log.endOffset });
  desired.isPaused = true;
  await until(() => statuses.at(-1)?.mode === 'waiting');
  desired.isPaused = false;
  await until(() => statuses.at(-1)?.mode === 'applying');
  stopper.abort();
  await running;
  expect(await database.query('SELECT id, note FROM s.account ORDER BY id')).toEqual(log.balances());
}, 60_000);

function newWorker(log: TransferLog, port: Partial<ApplyPort>): ApplyWorker {
  return new ApplyWorker({
    migration: 'm',
    target,
    port: {
      readDesired: async () => null,
      readPlan: async () => plan,
      reportStatus: async () => undefined,
      reportHalt: async () => undefined,
      ...port,
    },
    openLog: async (checkpoint, signal) => log.open(checkpoint, signal),
    logger: silentLogger,
    metrics: new Metrics(),
    haltRetryMs: 50,
    followMs: 20,
    limits: { groupEvents: 30, groupChars: 1e6, groupMs: 5, recordMs: 5 },
    sleep: (ms, signal) => sleep(Math.min(ms, 50), signal),
  });
}

/** A log of transfers between accounts, the first transaction of which makes the accounts with 100 each. */
class TransferLog {
  readonly #units: LogItem[][] = [];
  readonly #balances = new Map<bigint, bigint>();

  constructor() {
    const ids = Array.from({ length: accounts }, (_, at) => BigInt(at + 1));
    for (const id of ids) this.#balances.set(id, 100n);
    this.#add(ids.map((id) => ({ op: 'insert', id, before: null })));
    for (let at = 0; at < transfers; at += 1) {
      const from = BigInt(1 + ((at * 7) % accounts));
      const to = BigInt(1 + ((at * 11 + 3) % accounts));
      if (from === to) {
        this.#add([]);
        continue;
      }
      const before = [this.#balances.get(from) ?? 0n, this.#balances.get(to) ?? 0n] as const;
      this.#balances.set(from, before[0] - 1n);
      this.#balances.set(to, before[1] + 1n);
      this.#add([
        { op: 'update', id: from, before: before[0] },
        { op: 'update', id: to, before: before[1] },
      ]);
    }
  }

  get endOffset(): bigint {
    return BigInt(this.#units.length);
  }

  balances(): string[][] {
    return [...this.#balances].map(([id, balance]) => [String(id), String(balance)]);
  }

  open(checkpoint: Checkpoint, signal: AbortSignal): ApplyLogReader {
    const units = this.#units;
    const from = Number(checkpoint.nextOffset);
    return {
      async *[Symbol.asyncIterator](): AsyncGenerator<ApplyBatch> {
        for (let at = from; at < units.length && !signal.aborted; at += 3) {
          yield {
            items: units.slice(at, at + 3).flat(),
            positionAt: () => ({ assembler: freshAssemblerState, lastRecordSha256: null }),
          };
          await sleep(1, signal);
        }
        while (!signal.aborted) await sleep(50, signal);
      },
      logEndOffset: async () => this.endOffset,
      close: async () => undefined,
    };
  }

  #add(
    changes: readonly {
      readonly op: 'insert' | 'update';
      readonly id: bigint;
      readonly before: bigint | null;
    }[],
  ): void {
    const offset = this.endOffset;
    const transactionId = `t${offset}`;
    const image = (id: bigint, balance: bigint | undefined) => ({
      id,
      tag: `tag ${id}`,
      note: String(balance),
    });
    this.#units.push([
      { kind: 'begin', transactionId, offset },
      ...changes.map(({ op, id, before }, at): LogItem => ({
        kind: 'row',
        row: {
          kind: 'row',
          offset,
          op,
          database: 'shop',
          table: 'account',
          transactionId,
          totalOrder: BigInt(at + 1),
          gtid: null,
          sourceMs: 0,
          before: before === null ? null : image(id, before),
          after: image(id, this.#balances.get(id)),
          schema: {
            registryId: 1,
            fields: ['id', 'tag', 'note'].map((name) => ({
              name,
              isNullable: name !== 'id',
              avroType: name === 'id' ? 'long' : 'string',
              connectName: null,
              connectParameters: {},
            })),
          },
        },
      })),
      { kind: 'end', transactionId, sourceCommitMs: 1, marker: null, nextOffset: offset + 1n },
    ]);
  }
}
