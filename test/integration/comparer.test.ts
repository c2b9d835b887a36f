import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../harness/scene.ts';
import { openTestStack } from '../harness/stack.ts';

/** The comparer judges every other test, so it is judged here: on both servers, with differences planted by hand. */
const rows = 3000;

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.open({ stack: openTestStack(), name: 'comparer' });
  await scene.sql(`
    SET cte_max_recursion_depth = 100000;
    CREATE TABLE item (code VARCHAR(20) COLLATE utf8mb4_0900_ai_ci NOT NULL, name VARCHAR(60) NULL DEFAULT 'none', amount DECIMAL(12,4) NULL,
      at DATETIME(6) NULL, PRIMARY KEY (code));
    INSERT INTO item WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < ${rows})
      SELECT CONCAT(ELT(1 + n MOD 4, 'a', 'Z', 'é', '😀'), n), IF(n MOD 3 = 0, NULL, CONCAT('name ', n)), n / 7,
        TIMESTAMPADD(MICROSECOND, n, '2026-01-01 00:00:00') FROM up`);
  await scene.target(
    `CREATE TABLE item (code varchar(20) PRIMARY KEY, name varchar(60), amount numeric(12,4), at timestamp(6))`,
  );
  const source = await scene.sql(
    'SELECT code, name, CAST(amount AS CHAR) AS amount, CAST(at AS CHAR) AS at FROM item',
  );
  await scene.target(
    `INSERT INTO item SELECT code, name, amount::numeric, at::timestamp FROM json_to_recordset($1)
       AS r (code text, name text, amount text, at text)`,
    [JSON.stringify(source)],
  );
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

/** Plants a difference on the target, compares, and takes it away again. */
async function withPlanted(statement: string): Promise<{ differences: number; shown: string }> {
  const saved = 'DROP TABLE IF EXISTS saved; CREATE TABLE saved AS SELECT code, name, amount, at FROM item';
  await scene.target(saved);
  await scene.target(statement);
  const [table] = (await scene.compare(['item'])).tables;
  await scene.target(
    'DELETE FROM item; INSERT INTO item SELECT code, name, amount, at FROM saved; DROP TABLE saved',
  );
  const first = table?.first[0];
  const shown =
    first === undefined ? '' : `${first.key.join()} ${first.column} ${first.source} ${first.target}`;
  return { differences: table?.differences ?? -1, shown };
}

describe('the comparer, on both servers', () => {
  it('finds tables equal whose keys the servers would sort differently', async () => {
    const comparison = await scene.compare(['item']);
    expect(comparison).toMatchObject({ isSame: true, tables: [{ sourceRows: rows, targetRows: rows }] });
  });

  it.each([
    [
      'one other character',
      "UPDATE item SET name = 'name 10O' WHERE name = 'name 100'",
      '"a100" name "name 100" "name 10O"',
    ],
    [
      'a space more',
      "UPDATE item SET name = name || ' ' WHERE name = 'name 100'",
      '"a100" name "name 100" "name 100 "',
    ],
    [
      'NULL instead of a value',
      "UPDATE item SET name = NULL WHERE name = 'name 100'",
      '"a100" name "name 100" NULL',
    ],
    [
      'the default instead of NULL',
      "UPDATE item SET name = 'none' WHERE code = '😀3'",
      '"😀3" name NULL "none"',
    ],
    ['an empty text instead of NULL', "UPDATE item SET name = '' WHERE code = '😀3'", '"😀3" name NULL ""'],
    ['a missing row', "DELETE FROM item WHERE code = 'é2'", '"é2" (row) (row) (no row)'],
    ['a row too many', "INSERT INTO item VALUES ('zzz', NULL, NULL, NULL)", '"zzz" (row) (no row) (row)'],
    [
      'a digit of a decimal',
      "UPDATE item SET amount = amount + 0.0001 WHERE code = 'é2'",
      '"é2" amount "0.2857" "0.2858"',
    ],
    [
      'a microsecond',
      "UPDATE item SET at = at + interval '1 microsecond' WHERE code = 'é2'",
      '"é2" at "2026-01-01 00:00:00.000002" "2026-01-01 00:00:00.000003"',
    ],
  ])('finds %s', async (_, statement, shown) => {
    expect(await withPlanted(statement)).toEqual({ differences: 1, shown });
  });

  it('finds two rows whose values were exchanged, and every row of an emptied table', async () => {
    const swap = `UPDATE item SET amount = CASE code WHEN 'é2' THEN 1.0000 ELSE 0.2857 END WHERE code IN ('é2', 'Z7' , 'Z1')`;
    expect((await withPlanted(swap)).differences).toBeGreaterThan(1);
    expect((await withPlanted('DELETE FROM item')).differences).toBe(rows);
  });
});
