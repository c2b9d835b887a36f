import { afterAll, beforeAll, expect, test } from 'vitest';
import { PostgresApplySession } from '../../connectors/postgres/apply-session.ts';
import { PostgresTarget } from '../../connectors/postgres/target-engine.ts';
import type { CheckpointAdvance } from '../../schemas/checkpoint.ts';
import { freshAssemblerState } from '../../schemas/log-item.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import type { ExactRow } from '../../schemas/types/value-kind.ts';
import { makeScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { createStep, planTable } from './target-tables.ts';
import { targetServerUrl } from './target-server.ts';

const migration = 'm1';
const never = new AbortController().signal;

/** Column type and values in exact text; every type that a plan can give a column. */
const valuesByType: readonly (readonly [string, readonly (string | null)[]])[] = [
  ['smallint', ['-32768', null]],
  ['integer', ['2147483647', null]],
  ['bigint', ['-9223372036854775808', '9223372036854775807']],
  ['numeric(20,0)', ['18446744073709551615', null]],
  ['numeric(65,30)', ['12345678901234567890123456789012345.123456789012345678901234567890', null]],
  ['real', ['3.4028235e+38', '-0']],
  ['double precision', ['2.2250738585072014e-308', '-0']],
  ['boolean', ['t', 'f']],
  ['bit(10)', ['1010000001', null]],
  ['varchar(30)', ['back\\slash "quote" \ttab', '']],
  ['text', ['NULL', '{a,b}\n\r\\N \u{1F600} é']],
  ['char(3)', ['a  ', null]],
  ['bytea', ['\\x00ff5c22', '\\x']],
  ['date', ['0001-01-01', '9999-12-31']],
  ['timestamp(6)', ['9999-12-31 23:59:59.999999', '1000-01-01 00:00:00.000001']],
  ['timestamp(0)', ['2024-02-29 01:02:03', null]],
  ['timestamptz(3)', ['2038-01-19 03:14:07.999+00', null]],
  ['interval(6)', ['-838:59:59.000001', null]],
  ['text[]', ['{a,"b c","d\\"e",""}', '{}']],
  ['json', ['{"a": 1.10, "b": [1,  2]}', null]],
  ['jsonb', ['{"a": 1.10}', null]],
];
const allTypes = planTable(
  'all_types',
  [['id', 'bigint'], ...valuesByType.map(([type], at) => [`v${at}`, type] as const)],
  ['id'],
);
const pair = planTable(
  'pair',
  [
    ['a', 'integer'],
    ['b', 'varchar(10)'],
    ['label', 'varchar(5)'],
  ],
  ['a', 'b'],
);
const only = planTable('only', [['k', 'integer']], ['k']);
const tables = [allTypes, pair, only];

let database: ScratchDatabase;
let target: PostgresTarget;

beforeAll(async () => {
  database = await makeScratchDatabase(await targetServerUrl());
  target = new PostgresTarget({ url: database.url, migration });
  await target.prepare();
  await target.prepare();
  await target.runSteps(migration, tables.map(createStep), () => undefined, never);
  await target.ensureCheckpoint(migration, 'log');
});

afterAll(async () => {
  await database.drop();
});

test('exact texts of all types come back the same from write and from copyChunk', async () => {
  const rows = [0, 1].map((row): ExactRow => [
    String(row + 1),
    ...valuesByType.map(([, values]) => values[row] ?? null),
  ]);
  const session = await target.openApplySession(migration, tables);
  await session.takeOver();
  await session.begin();
  await session.write(allTypes, { deletes: [], upserts: rows });
  await session.commit(await advanceBy(1n));
  await session.close();
  const written = await readExact(allTypes);
  await database.query('DELETE FROM s.all_types');
  const copy = await target.openCopySession(migration);
  await copy.planChunk(allTypes, { chunk: 0, range: { after: null, upTo: null } });
  const outcome = await copy.copyChunk(chunkOf(allTypes), once(rows), async () => undefined);
  await copy.close();
  expect(outcome).toMatchObject({ rows: 2, wasPresent: false });
  expect(await readExact(allTypes)).toEqual(written);
  const expected = rows.map((row) => row.map((text, at) => asPostgresPrints(allTypes, at, text)));
  expect(written).toEqual(expected);
});

test('A5: a text that is too long for its column is refused by write and never cut', async () => {
  const session = await target.openApplySession(migration, tables);
  await session.takeOver();
  await session.begin();
  const refused = async (): Promise<void> => {
    await session.write(pair, { deletes: [], upserts: [['1', 'x', 'canary']] });
    await session.commit(await advanceBy(1n));
  };
  await expect(refused()).rejects.toMatchObject({ code: 'TARGET_ROW_REFUSED' });
  await session.rollback();
  await session.close();
  expect(await readExact(pair)).toEqual([]);
});

test('deletes come before upserts, keys of several columns and tables of keys alone are written', async () => {
  const session = await target.openApplySession(migration, tables);
  await session.takeOver();
  await session.begin();
  await session.write(pair, {
    deletes: [],
    upserts: [
      ['1', 'x', 'one'],
      ['2', 'y', null],
    ],
  });
  await session.write(only, { deletes: [], upserts: [['7'], ['8']] });
  await session.commit(await advanceBy(1n));
  await session.begin();
  await session.write(pair, {
    deletes: [
      ['1', 'x'],
      ['9', 'none'],
    ],
    upserts: [['2', 'y', 'two']],
  });
  await session.write(only, { deletes: [['7']], upserts: [['8']] });
  await session.commit(await advanceBy(1n));
  expect(await readExact(pair)).toEqual([['2', 'y', 'two']]);
  expect(await readExact(only)).toEqual([['8']]);
  await session.begin();
  await session.truncate(pair);
  await session.commit(await advanceBy(1n));
  await session.close();
  expect(await readExact(pair)).toEqual([]);
});

test('A1: an applier of an older term cannot commit and changes nothing', async () => {
  const older = await target.openApplySession(migration, tables);
  const before = await older.takeOver();
  await older.begin();
  await older.write(only, { deletes: [], upserts: [['100']] });
  const newer = await target.openApplySession(migration, tables);
  const taken = await newer.takeOver();
  expect(taken.term).toBe(before.term + 1n);
  await expect(older.commit(await advanceBy(1n))).rejects.toMatchObject({ code: 'APPLY_FENCED' });
  expect(await database.query('SELECT k FROM s.only WHERE k = 100')).toEqual([]);
  await newer.begin();
  await newer.write(only, { deletes: [], upserts: [['101']] });
  await newer.commit(await advanceBy(5n));
  await older.close();
  await newer.close();
  expect(await target.readCheckpoint(migration)).toMatchObject({
    term: taken.term,
    nextOffset: taken.nextOffset + 5n,
  });
});

test('A1: without the fence an older term does commit, so the test above can fail', async () => {
  const broken = { reach: () => undefined, isBroken: (guard: string) => guard === 'apply.fencing' };
  const older = await PostgresApplySession.open({ url: database.url, migration, tables, faults: broken });
  await older.takeOver();
  const newer = await target.openApplySession(migration, tables);
  await newer.takeOver();
  await older.begin();
  await older.write(only, { deletes: [], upserts: [['200']] });
  await older.commit(await advanceBy(1n));
  await older.close();
  await newer.close();
  expect(await database.query('SELECT k FROM s.only WHERE k = 200')).toEqual([['200']]);
});

test('rows and checkpoint commit together: a transaction that is not committed leaves neither', async () => {
  const before = await target.readCheckpoint(migration);
  const session = await target.openApplySession(migration, tables);
  await session.takeOver();
  await session.begin();
  await session.write(only, { deletes: [], upserts: [['300']] });
  await session.close();
  expect(await database.query('SELECT k FROM s.only WHERE k = 300')).toEqual([]);
  expect((await target.readCheckpoint(migration))?.nextOffset).toBe(before?.nextOffset);
});

test('a killed session reports a lost connection, and the next takeover goes on from the checkpoint', async () => {
  const session = await target.openApplySession(migration, tables);
  const taken = await session.takeOver();
  await session.begin();
  await database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'causeway/m1/apply'`,
  );
  const commit = async (): Promise<void> => session.commit(await advanceBy(1n));
  await expect(commit()).rejects.toMatchObject({ code: 'TARGET_CONNECTION_LOST', isRetryable: true });
  await session.rollback();
  await session.close();
  const next = await target.openApplySession(migration, tables);
  expect((await next.takeOver()).nextOffset).toBe(taken.nextOffset);
  await next.close();
});

test('B2: a chunk is in with its ledger row or not at all, and a second copy of it reads nothing', async () => {
  const copy = await target.openCopySession(migration);
  const range = { after: null, upTo: ['5'] };
  expect(await copy.planChunk(only, { chunk: 0, range })).toEqual(range);
  const other = { after: null, upTo: ['6'] };
  expect(await copy.planChunk(only, { chunk: 0, range: other })).toEqual(range);
  await database.query('DELETE FROM s.only');
  const rows: ExactRow[] = [['1'], ['2']];
  const chunk = { ...chunkOf(only), range };
  const voided = copy.copyChunk(chunk, once(rows), () => Promise.reject(new Error('the table changed')));
  await expect(voided).rejects.toThrow('the table changed');
  const torn = copy.copyChunk(chunk, failing(rows), async () => undefined);
  await expect(torn).rejects.toThrow('source gone');
  expect(await readExact(only)).toEqual([]);
  expect(await target.readLedger(migration)).toContainEqual({
    table: 'shop.only',
    chunks: 0,
    rows: 0n,
    bytes: 0n,
    pending: [{ chunk: 0, range }],
    lastPlanned: { chunk: 0, range },
    isComplete: false,
  });
  expect(await copy.copyChunk(chunk, once(rows), async () => undefined)).toMatchObject({ rows: 2, bytes: 4 });
  const again = await copy.copyChunk(chunk, failing([]), async () => undefined);
  expect(again).toEqual({ rows: 0, bytes: 0, wasPresent: true });
  const last = { chunk: 1, range: { after: ['5'], upTo: null } };
  await copy.planChunk(only, last);
  await copy.copyChunk({ table: only, ...last }, once([['6']]), async () => undefined);
  await copy.close();
  expect(await readExact(only)).toEqual([['1'], ['2'], ['6']]);
  const ledger = await target.readLedger(migration);
  expect(ledger.find(({ table }) => table === 'shop.only')).toEqual({
    table: 'shop.only',
    chunks: 2,
    rows: 3n,
    bytes: 6n,
    pending: [],
    lastPlanned: last,
    isComplete: true,
  });
});

test('a chunk whose rows the target refuses leaves nothing and the session goes on', async () => {
  const copy = await target.openCopySession(migration);
  const chunk = { table: pair, chunk: 0, range: { after: null, upTo: null } };
  await copy.planChunk(pair, chunk);
  const bad = copy.copyChunk(chunk, once([['1', 'x', 'canary']]), async () => undefined);
  await expect(bad).rejects.toMatchObject({ code: 'TARGET_ROW_REFUSED' });
  await expect(bad).rejects.not.toThrow('canary');
  const many = Array.from({ length: 60_000 }, (_, at): ExactRow => [String(at), 'key', 'v']);
  const outcome = await copy.copyChunk(chunk, batches(many, 1_000), async () => undefined);
  expect(outcome.rows).toBe(60_000);
  await copy.close();
  expect(await database.query('SELECT count(*) FROM s.pair')).toEqual([['60000']]);
  await database.query('DELETE FROM s.pair');
});

test('a failure that the target tells of while rows are awaited is what copyChunk reports', async () => {
  const chunk = { table: pair, chunk: 1, range: { after: null, upTo: null } };
  const many = Array.from({ length: 20_000 }, (_, at): ExactRow => [String(at), 'key', 'v']);
  const refusing = await target.openCopySession(migration);
  await refusing.planChunk(pair, chunk);
  const bad: ExactRow = ['99999', 'x', 'too long'];
  const refused = refusing.copyChunk(chunk, slowly([[bad, ...many], many, many]), async () => undefined);
  await expect(refused).rejects.toMatchObject({ code: 'TARGET_ROW_REFUSED' });
  await refusing.close();
  const losing = await target.openCopySession(migration);
  const killed = losing.copyChunk(chunk, slowly([many, many, many], killBackfill), async () => undefined);
  await expect(killed).rejects.toMatchObject({ code: 'TARGET_CONNECTION_LOST', isRetryable: true });
  await losing.close();
  expect(await database.query('SELECT count(*) FROM s.pair')).toEqual([['0']]);
});

test("a chunk's commit is on disk when it is answered, and settings of the database do not cut it off", async () => {
  const name = new URL(database.url).pathname.slice(1);
  await database.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
  await database.query(`ALTER DATABASE ${name} SET transaction_timeout = '1h'`);
  await database.query('CREATE TABLE s.seen (setting text)');
  await database.query(`CREATE FUNCTION s.look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO s.seen VALUES (current_setting('synchronous_commit')), (current_setting('transaction_timeout'));
    RETURN NULL; END $$`);
  await database.query('CREATE TRIGGER look AFTER INSERT ON s.only EXECUTE FUNCTION s.look()');
  await database.query('ALTER TABLE s.only ENABLE ALWAYS TRIGGER look');
  const copy = await target.openCopySession(migration);
  const chunk = { table: only, chunk: 2, range: { after: ['900'], upTo: null } };
  await copy.planChunk(only, chunk);
  await copy.copyChunk(chunk, once([['901']]), async () => undefined);
  await copy.close();
  expect(await database.query('SELECT setting FROM s.seen')).toEqual([['on'], ['0']]);
  await database.query('DROP TRIGGER look ON s.only');
  await database.query(`ALTER DATABASE ${name} RESET ALL`);
});

test('a target that falls behind holds large rows back: only a few of them wait in the process', async () => {
  const session = await target.openApplySession(migration, tables);
  await session.takeOver();
  await session.begin();
  await database.query('BEGIN');
  await database.query('LOCK TABLE s.only, s.all_types IN ACCESS EXCLUSIVE MODE');
  const large = valuesByType.map(([type]) => (type === 'text' ? 'x'.repeat(16 * 1024 * 1024) : null));
  let written = 0;
  const writing = (async () => {
    for (; written < 6; written++) {
      await session.write(allTypes, { deletes: [], upserts: [[String(700 + written), ...large]] });
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(written).toBeGreaterThan(0);
  expect(written).toBeLessThanOrEqual(2);
  await database.query('ROLLBACK');
  await writing;
  await session.rollback();
  await session.close();
});

test('a checkpoint of another log is refused', async () => {
  await expect(target.ensureCheckpoint(migration, 'other')).rejects.toMatchObject({
    code: 'CHECKPOINT_TOPIC',
  });
});

async function advanceBy(offsets: bigint): Promise<CheckpointAdvance> {
  const checkpoint = await target.readCheckpoint(migration);
  return {
    nextOffset: (checkpoint?.nextOffset ?? 0n) + offsets,
    lastRecordSha256: 'ab',
    assembler: { ...freshAssemblerState, gtids: 'x:1-5' },
    sourceCommitMs: 1_700_000_000_000,
    marker: 12n,
  };
}

async function readExact(table: TablePlan): Promise<(string | null)[][]> {
  const columns = table.columns.map(({ target }) => `"${target.name}"::text`).join(', ');
  return database.query(`SELECT ${columns} FROM "${table.target.schema}"."${table.target.table}" ORDER BY 1`);
}

/** Where PostgreSQL's own text of a value differs from the exact text it was given. */
function asPostgresPrints(table: TablePlan, at: number, text: string | null): string | null {
  const type = table.columns[at]?.target.type;
  if (type === 'char(3)') return text === null ? null : text.trimEnd();
  if (type === 'boolean') return text === 't' ? 'true' : 'false';
  return text;
}

function chunkOf(table: TablePlan) {
  return { table, chunk: 0, range: { after: null, upTo: null } };
}

async function* once(rows: readonly ExactRow[]): AsyncGenerator<readonly ExactRow[]> {
  yield rows;
}

async function* failing(rows: readonly ExactRow[]): AsyncGenerator<readonly ExactRow[]> {
  yield rows;
  throw new Error('source gone');
}

/** Hands the batches out with pauses, in which the target can answer. */
async function* slowly(
  all: readonly (readonly ExactRow[])[],
  inPause: () => Promise<unknown> = async () => undefined,
): AsyncGenerator<readonly ExactRow[]> {
  for (const rows of all) {
    yield rows;
    await inPause();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function killBackfill(): Promise<void> {
  await database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'causeway/m1/backfill'`,
  );
}

async function* batches(rows: readonly ExactRow[], size: number): AsyncGenerator<readonly ExactRow[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}
