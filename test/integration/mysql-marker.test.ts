import { afterAll, beforeAll, expect, test } from 'vitest';
import { MysqlSource } from '../../connectors/mysql/source-engine.ts';
import { makeScratchSource, sourceServerUrl, type ScratchSource } from './source-server.ts';

let scratch: ScratchSource;
let source: MysqlSource;

beforeAll(async () => {
  const url = await sourceServerUrl();
  scratch = await makeScratchSource(url);
  source = new MysqlSource(url);
});

afterAll(async () => {
  await scratch.drop();
});

test('markers are consecutive under concurrent callers and across writers, and always hold NULL', async () => {
  const migration = `m-${scratch.database}`;
  const writer = await source.openMarkerWriter(migration);
  const written: bigint[] = [];
  const write = async (): Promise<void> => {
    for (let count = 0; count < 20; count++) written.push(await writer.write());
  };
  await Promise.all([write(), write(), write(), write(), write()]);
  expect(written.toSorted((a, b) => Number(a - b))).toEqual(
    Array.from({ length: 100 }, (_none, n) => BigInt(n + 1)),
  );
  await expect(source.openMarkerWriter(migration)).rejects.toMatchObject({
    code: 'MARKER_LOCK_HELD',
    isRetryable: true,
  });
  await writer.close();
  const next = await source.openMarkerWriter(migration);
  expect(await next.write()).toBe(101n);
  const rows = await scratch.rows(
    `SELECT n, null_int, null_text, null_at FROM causeway.marker WHERE migration = '${migration}'`,
  );
  expect(rows.map((row) => row.map((value) => (value === null ? null : Number(value))))).toEqual([
    [101, null, null, null],
  ]);
  await next.close();
  await scratch.run(`DELETE FROM causeway.marker WHERE migration = '${migration}'`);
});

test('a marker connection that was lost while idle is an error worth another try', async () => {
  const migration = `lost-${scratch.database}`;
  const writer = await source.openMarkerWriter(migration);
  expect(await writer.write()).toBe(1n);
  const [row] = await scratch.rows(`SELECT IS_USED_LOCK('causeway:${migration}')`);
  await scratch.run(`KILL ${String(row?.[0])}`);
  await expect
    .poll(async () => scratch.rows(`SELECT IS_USED_LOCK('causeway:${migration}')`))
    .toEqual([[null]]);
  await expect(writer.write()).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', isRetryable: true });
  await writer.close();
  const next = await source.openMarkerWriter(migration);
  expect(await next.write()).toBe(2n);
  await next.close();
  await scratch.run(`DELETE FROM causeway.marker WHERE migration = '${migration}'`);
});

test('the server ends the session of a marker writer that has vanished, so that another can take its place', async () => {
  const migration = `gone-${scratch.database}`;
  const writer = await source.openMarkerWriter(migration);
  const [row] = await scratch.rows(
    `SELECT v.variable_value FROM performance_schema.variables_by_thread AS v
       JOIN performance_schema.threads AS t USING (thread_id)
      WHERE t.processlist_id = IS_USED_LOCK('causeway:${migration}') AND v.variable_name = 'wait_timeout'`,
  );
  expect(Number(row?.[0])).toBeGreaterThan(10);
  expect(Number(row?.[0])).toBeLessThanOrEqual(60);
  await writer.close();
  await scratch.run(`DELETE FROM causeway.marker WHERE migration = '${migration}'`);
});
