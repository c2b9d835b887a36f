import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CausewayProcess } from '../harness/causeway-process.ts';
import { Scene } from '../harness/scene.ts';
import { freshSeed } from '../harness/seeded-random.ts';
import { openTestStack } from '../harness/stack.ts';
import { runChanges, seedChanges } from '../harness/workload-changes.ts';

const seedRows = 10_000;
const longTransactionRows = 50_000;
const largeValueBytes = 16 * 1024 * 1024 - 1024;

let scene: Scene;
let process: CausewayProcess;

beforeAll(async () => {
  scene = await Scene.open({ stack: openTestStack(), name: 'changes' });
  await scene.sql(`
    CREATE TABLE big (id INT NOT NULL, payload LONGBLOB NULL, body LONGTEXT NULL, PRIMARY KEY (id));
    CREATE TABLE bulk (id INT NOT NULL, name VARCHAR(40) NOT NULL, amount DECIMAL(10,2) NULL DEFAULT 9.99, PRIMARY KEY (id))`);
  await seedChanges(scene.sourceUrl, scene.database, seedRows);
  await scene.sql(`INSERT INTO big VALUES (1, REPEAT(X'00FF', ${largeValueBytes / 2}), NULL)`);
  process = await scene.startConsistent();
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

/** Runs statements in one session on the source, waits until they are applied, and compares whole tables. */
async function apply(statements: string): Promise<string> {
  await scene.sql(statements);
  await scene.settle(process);
  return scene.differences();
}

async function onTarget(query: string): Promise<unknown> {
  const [row] = await scene.target<{ value: unknown }>(query);
  return row?.value;
}

describe('changes reach the target as they are on the source', () => {
  it('holds every seeded row, with a 16 MB value, when the migration is consistent', async () => {
    await scene.settle(process);
    expect(await scene.differences()).toBe('');
    expect(await onTarget('SELECT count(*)::int AS value FROM item')).toBe(seedRows);
    expect(await onTarget('SELECT length(payload) AS value FROM big WHERE id = 1')).toBe(largeValueBytes);
  });

  it('applies inserts, updates and deletes', async () => {
    const found = await apply(`
      INSERT INTO item (id, code, quantity) VALUES (900001, 'new-1', 1), (900002, 'new-2', 2);
      UPDATE item SET note = 'ändert sich 变化 🚀', price = 12345678.9012 WHERE id = 900001;
      DELETE FROM item WHERE id = 900002`);
    expect(found).toBe('');
    expect(await onTarget('SELECT note AS value FROM item WHERE id = 900001')).toBe('ändert sich 变化 🚀');
    expect(await onTarget('SELECT count(*)::int AS value FROM item WHERE id = 900002')).toBe(0);
  });

  it('keeps NULL in nullable columns that have defaults, copied and streamed', async () => {
    const copied = await onTarget(
      'SELECT count(*)::int AS value FROM item WHERE id <= 10000 AND quantity IS NULL',
    );
    expect(copied).toBeGreaterThan(3000);
    const found = await apply(`
      INSERT INTO item (id, code, quantity, note, price, seen_at) VALUES (900010, 'nulls', NULL, NULL, NULL, NULL);
      INSERT INTO item (id, code) VALUES (900011, 'defaults');
      UPDATE item SET quantity = NULL, note = NULL, price = NULL, seen_at = NULL WHERE id = 900011`);
    expect(found).toBe('');
    const nulls =
      'SELECT count(*)::int AS value FROM item WHERE id IN (900010, 900011) AND quantity IS NULL AND note IS NULL AND price IS NULL AND seen_at IS NULL';
    expect(await onTarget(nulls)).toBe(2);
  });

  it('follows a primary key that changes, and rows that trade their keys in one transaction', async () => {
    const found = await apply(`
      UPDATE item SET id = 900020 WHERE id = 1;
      BEGIN; UPDATE item SET id = 900099 WHERE id = 2; UPDATE item SET id = 2 WHERE id = 3; UPDATE item SET id = 3 WHERE id = 900099; COMMIT`);
    expect(found).toBe('');
    expect(await onTarget('SELECT code AS value FROM item WHERE id = 2')).toBe('code-3');
    expect(await onTarget('SELECT code AS value FROM item WHERE id = 900020')).toBe('code-1');
  });

  it('follows unique values that move from row to row in one transaction', async () => {
    const found = await apply(`
      BEGIN; UPDATE item SET code = 'between' WHERE id = 5; UPDATE item SET code = 'code-5' WHERE id = 6;
      UPDATE item SET code = 'code-6' WHERE id = 7; UPDATE item SET code = 'code-7' WHERE id = 5; COMMIT;
      BEGIN; DELETE FROM item WHERE id = 8; INSERT INTO item (id, code) VALUES (900030, 'code-8'); COMMIT`);
    expect(found).toBe('');
    expect(await onTarget("SELECT id AS value FROM item WHERE code = 'code-7'")).toBe(5);
  });

  it('applies a transaction over several tables, and leaves out what was rolled back', async () => {
    const found = await apply(`
      BEGIN; INSERT INTO item (id, code) VALUES (900040, 'multi'); INSERT INTO part VALUES (900040, 1, 'p', 0.1);
      INSERT INTO journal (entry) VALUES ('made'); COMMIT;
      BEGIN; INSERT INTO item (id, code) VALUES (900041, 'undone'); UPDATE part SET label = 'undone'; ROLLBACK;
      BEGIN; INSERT INTO item (id, code) VALUES (900042, 'kept'); SAVEPOINT half; INSERT INTO item (id, code) VALUES (900043, 'half');
      ROLLBACK TO SAVEPOINT half; COMMIT`);
    expect(found).toBe('');
    expect(await onTarget("SELECT count(*)::int AS value FROM part WHERE label = 'undone'")).toBe(0);
    expect(
      await onTarget(
        'SELECT array_agg(id ORDER BY id) AS value FROM item WHERE id BETWEEN 900040 AND 900049',
      ),
    ).toEqual([900040, 900042]);
  });

  it('applies TRUNCATE in its place between the changes before and after it', async () => {
    const found = await apply(`
      INSERT INTO journal (entry) VALUES ('before'); TRUNCATE TABLE journal; INSERT INTO journal (entry) VALUES ('after')`);
    expect(found).toBe('');
    expect(await onTarget("SELECT string_agg(entry, ',') AS value FROM journal")).toBe('after');
  });

  it('applies a transaction of 50,000 rows as one: no snapshot of the target shows a part of it', async () => {
    const counts = new Set<unknown>();
    const insert = scene.sql(`
      SET cte_max_recursion_depth = 1000000;
      BEGIN;
      INSERT INTO bulk WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < ${longTransactionRows})
        SELECT n, CONCAT('name ', n), IF(n MOD 3 = 0, NULL, n / 7) FROM up;
      UPDATE bulk SET amount = amount + 1 WHERE id MOD 2 = 0;
      COMMIT`);
    const done = new AbortController();
    const reading = (async () => {
      while (!done.signal.aborted) counts.add(await onTarget('SELECT count(*)::int AS value FROM bulk'));
    })();
    await insert;
    await scene.settle(process);
    done.abort();
    await reading;
    counts.add(await onTarget('SELECT count(*)::int AS value FROM bulk'));
    expect(counts).toEqual(new Set([0, longTransactionRows]));
    expect(await scene.differences()).toBe('');
    expect(await apply('BEGIN; DELETE FROM bulk WHERE id MOD 5 <> 0; COMMIT')).toBe('');
  });

  it('streams a 16 MB value, bytes and text', async () => {
    const found = await apply(`
      INSERT INTO big VALUES (2, REPEAT(X'0102', ${largeValueBytes / 2}), NULL);
      INSERT INTO big VALUES (3, NULL, REPEAT('é', ${largeValueBytes / 2}));
      UPDATE big SET body = 'small again' WHERE id = 3`);
    expect(found).toBe('');
    expect(await onTarget('SELECT length(payload) AS value FROM big WHERE id = 2')).toBe(largeValueBytes);
  });

  it('ends equal after thousands of random changes of every kind', async () => {
    const seed = freshSeed();
    const counts = await runChanges(
      {
        url: scene.sourceUrl,
        database: scene.database,
        connections: 4,
        transactionsPerSecond: 500,
        transactionsMax: 4000,
        seed,
      },
      new AbortController().signal,
    );
    expect(counts.transactions).toBeGreaterThan(3000);
    await scene.settle(process);
    expect(await scene.differences(), `seed ${seed}`).toBe('');
  });

  it('stops at SIGTERM with exit code 130 or 0 and goes on where it was at the next start', async () => {
    await scene.sql("INSERT INTO item (id, code) VALUES (900050, 'while it runs')");
    const { code } = await process.stop();
    expect([0, 130]).toContain(code);
    await scene.sql("INSERT INTO item (id, code) VALUES (900051, 'while it is stopped')");
    process = await scene.startConsistent();
    await scene.settle(process);
    expect(await scene.differences()).toBe('');
    expect(await onTarget('SELECT count(*)::int AS value FROM item WHERE id IN (900050, 900051)')).toBe(2);
  });
});
