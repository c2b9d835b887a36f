import { afterAll, beforeAll, expect, test } from 'vitest';
import { PostgresTarget } from '../../connectors/postgres/target-engine.ts';
import type { PlanStep } from '../../schemas/migration-plan.ts';
import { makeScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
import { createStep, planTable } from './target-tables.ts';
import { targetServerUrl } from './target-server.ts';

const migration = 'm1';
const never = new AbortController().signal;
const only = planTable('only', [['k', 'integer']], ['k']);
const tables = [only];

let database: ScratchDatabase;
let target: PostgresTarget;

beforeAll(async () => {
  database = await makeScratchDatabase(await targetServerUrl());
  target = new PostgresTarget({ url: database.url, migration });
  await target.prepare();
  await target.runSteps(migration, tables.map(createStep), () => undefined, never);
  await database.query('INSERT INTO s.only VALUES (1), (2), (6)');
});

afterAll(async () => {
  await database.drop();
});

test('a step runs once, a changed step is refused, and an index that was interrupted is built anew', async () => {
  const seen: string[] = [];
  const step = (sql: string, isTransactional: boolean): PlanStep => ({
    id: `post/${isTransactional ? 'a' : 'b'}`,
    title: '',
    sql,
    undo: 'DROP INDEX CONCURRENTLY IF EXISTS s.only_again',
    lock: '',
    isTransactional,
  });
  const run = (...steps: PlanStep[]): Promise<void> =>
    target.runSteps(migration, steps, (_, state) => seen.push(state), never);
  const comment = step(`COMMENT ON TABLE s.only IS 'x'`, true);
  await run(comment);
  await run(comment);
  expect(seen).toEqual(['running', 'done', 'skipped']);
  await expect(run(step('SELECT 1', true))).rejects.toMatchObject({ code: 'STEP_DRIFT' });
  const index = step('CREATE UNIQUE INDEX CONCURRENTLY only_again ON s.only ((k % 2))', false);
  await expect(run(index)).rejects.toMatchObject({ code: 'TARGET_ROW_REFUSED' });
  await database.query('DELETE FROM s.only WHERE k > 2');
  await run(index);
  const valid = await database.query(
    `SELECT indisvalid FROM pg_index WHERE indexrelid = 's.only_again'::regclass`,
  );
  expect(valid).toEqual([['t']]);
  await database.query('DROP INDEX s.only_again');
});

test('an abort cancels the running step', async () => {
  const stopper = new AbortController();
  const step: PlanStep = {
    id: 'post/sleep',
    title: '',
    sql: 'SELECT pg_sleep(60)',
    undo: '',
    lock: '',
    isTransactional: true,
  };
  const running = target.runSteps(
    migration,
    [step],
    () => setTimeout(() => stopper.abort(new Error('stopped')), 200),
    stopper.signal,
  );
  await expect(running).rejects.toThrow('stopped');
});

test('preflight accepts its own tables, and names tables that others made, with and without rows', async () => {
  await database.query('CREATE TABLE s.foreign_empty (id int)');
  await database.query('CREATE TABLE s.foreign_full AS SELECT 1 AS id');
  const others = [
    planTable('foreign_empty', [['id', 'integer']], ['id']),
    planTable('foreign_full', [['id', 'integer']], ['id']),
    { ...only, id: 'x.y', target: { schema: 'not there', table: 'y' } },
  ];
  const checks = await target.preflight([...tables, ...others]);
  expect(checks.filter(({ severity }) => severity !== 'ok')).toMatchObject([
    { where: 'shop.foreign_empty', code: 'TARGET_TABLE_EXISTS' },
    { where: 'shop.foreign_full', code: 'TARGET_TABLE_NOT_EMPTY' },
  ]);
  expect(await database.query(`SELECT to_regnamespace('"not there"')`)).toEqual([[null]]);
});

test('a user without rights gets one finding per right, each with what to grant', async () => {
  const role = `r_${Math.random().toString(36).slice(2, 10)}`;
  await database.query(`CREATE ROLE ${role} LOGIN PASSWORD 'canary'`);
  try {
    const url = new URL(database.url);
    url.username = role;
    url.password = 'canary';
    const poor = new PostgresTarget({ url: url.href, migration: 'm2' });
    const checks = await poor.preflight([{ ...only, target: { schema: 'other', table: 'only' } }]);
    expect(checks.filter(({ severity }) => severity !== 'ok').map(({ code }) => code)).toEqual([
      'TARGET_PRIVILEGE',
      'TARGET_REPLICA_ROLE',
      'TARGET_PRIVILEGE',
    ]);
    await expect(poor.openApplySession('m2', [])).rejects.toMatchObject({ code: 'TARGET_REPLICA_ROLE' });
  } finally {
    await database.query(`DROP ROLE ${role}`);
  }
});

test('wrong database, nobody there: each has its code and no password in it', async () => {
  const url = new URL(database.url);
  url.pathname = '/no_such_database';
  const wrong = new PostgresTarget({ url: url.href, migration });
  expect(await wrong.preflight([])).toMatchObject([{ code: 'TARGET_ACCESS_DENIED' }]);
  const nobody = new PostgresTarget({ url: 'postgres://u:canary@127.0.0.1:1/d', migration });
  await expect(nobody.readCheckpoint(migration)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
  await expect(nobody.readCheckpoint(migration)).rejects.not.toThrow('canary');
});

test('two starters that prepare at the same time make one schema', async () => {
  const other = await makeScratchDatabase(await targetServerUrl());
  try {
    const starters = [1, 2, 3].map(() => new PostgresTarget({ url: other.url, migration }).prepare());
    await Promise.all(starters);
    expect(await other.query('SELECT number FROM causeway.schema_version')).toEqual([['1']]);
  } finally {
    await other.drop();
  }
});

test("a schema of that name that is somebody else's is left alone, a newer one of ours too", async () => {
  const other = await makeScratchDatabase(await targetServerUrl());
  try {
    const target = new PostgresTarget({ url: other.url, migration });
    await other.query('CREATE SCHEMA causeway');
    await expect(target.prepare()).rejects.toMatchObject({ code: 'TARGET_SCHEMA_TAKEN' });
    await other.query('DROP SCHEMA causeway');
    await target.prepare();
    await other.query('INSERT INTO causeway.schema_version (number) VALUES (99)');
    await expect(target.prepare()).rejects.toMatchObject({ code: 'TARGET_SCHEMA_NEWER' });
  } finally {
    await other.drop();
  }
});
