import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CausewayProcess } from '../harness/causeway-process.ts';
import { Scene } from '../harness/scene.ts';
import { openTestStack } from '../harness/stack.ts';

/** A column of each type that is carried, and SQL literals at the edges of what it holds. NULL is added to each. */
const types: readonly (readonly [string, readonly string[]])[] = [
  ['TINYINT', ['-128', '127', '0']],
  ['TINYINT UNSIGNED', ['0', '255']],
  ['BOOL', ['TRUE', 'FALSE', '2']],
  ['SMALLINT', ['-32768', '32767']],
  ['SMALLINT UNSIGNED', ['65535']],
  ['MEDIUMINT', ['-8388608', '8388607']],
  ['MEDIUMINT UNSIGNED', ['16777215']],
  ['INT', ['-2147483648', '2147483647']],
  ['INT UNSIGNED', ['4294967295', '2147483648']],
  ['INT(8) ZEROFILL', ['42', '0']],
  ['BIGINT', ['-9223372036854775808', '9223372036854775807', '9007199254740993', '-9007199254740993']],
  [
    'BIGINT UNSIGNED',
    ['18446744073709551615', '9223372036854775808', '9007199254740993', '0', '127', '128', '255', '256'],
  ],
  ['DECIMAL(10,2)', ['-99999999.99', '99999999.99', '0.00', '0.01', '-0.01', '1.10']],
  [
    'DECIMAL(65,30)',
    [
      '99999999999999999999999999999999999.999999999999999999999999999999',
      '-0.000000000000000000000000000001',
      '1',
    ],
  ],
  ['DECIMAL(65,0)', [`-${'9'.repeat(65)}`, '0']],
  ['DECIMAL(30,30)', ['0.999999999999999999999999999999', '-0.5', '0']],
  ['DECIMAL(20,4) UNSIGNED', ['9999999999999999.9999']],
  [
    'FLOAT',
    [
      '0.1',
      '16777217',
      '3.4028234e38',
      '-3.4028234e38',
      '1.17549435e-38',
      '1e-45',
      '0',
      '-0e0',
      '123456.789',
      '8388608.5',
    ],
  ],
  [
    'DOUBLE',
    [
      '0.1',
      '1.7976931348623157e308',
      '2.2250738585072014e-308',
      '5e-324',
      '-0e0',
      '123456789.12345678',
      '9007199254740993',
      '1e22',
      '1e21',
      '1e-7',
    ],
  ],
  ['BIT(1)', ["b'1'", "b'0'"]],
  ['BIT(3)', ["b'101'", "b'0'"]],
  ['BIT(64)', [`b'1${'0'.repeat(63)}'`, `b'${'1'.repeat(64)}'`, "b'1'"]],
  ['CHAR(10)', ["'abc'", "'abc   '", "''", "'  a'", "'日本語'"]],
  [
    'VARCHAR(100)',
    [
      "''",
      "'a '",
      "'\\\\ \\t \\n \\r '",
      "'😀 e\u0301 \u202e مرحبا'",
      '\'{"a"}\'',
      "'NULL'",
      "'\\\\N'",
      "'\\\\.'",
    ],
  ],
  ['VARCHAR(100) CHARACTER SET latin1', ["'Grüße €'", "_latin1 X'80'"]],
  ['VARCHAR(20) CHARACTER SET ascii', ["'ascii~'"]],
  ['TEXT', ["REPEAT('ä', 20000)", "'line\\nline'"]],
  ['MEDIUMTEXT', ["REPEAT('x', 300000)"]],
  ['LONGTEXT', ["REPEAT('字', 100000)"]],
  ['BINARY(4)', ["X'00'", "X'01020304'", "X'20202020'"]],
  ['VARBINARY(20)', ["''", "X'00'", "X'5C78FF00'", "X'0A0D09'"]],
  ['BLOB', ["REPEAT(X'FF00', 1000)", "''"]],
  ['LONGBLOB', ["REPEAT(X'5C4E', 100000)"]],
  ['DATE', ["'0001-01-01'", "'9999-12-31'", "'1582-10-10'", "'0069-02-03'", "'2024-02-29'", "'1970-01-01'"]],
  ['DATETIME', ["'0001-01-01 00:00:00'", "'9999-12-31 23:59:59'", "'2024-03-31 02:30:00'"]],
  ['DATETIME(3)', ["'1969-12-31 23:59:59.999'", "'9999-12-31 23:59:59.999'", "'0001-01-01 00:00:00.001'"]],
  [
    'DATETIME(6)',
    ["'1969-12-31 23:59:59.999999'", "'9999-12-31 23:59:59.999999'", "'0001-01-01 00:00:00.000001'"],
  ],
  ['TIMESTAMP', ["'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'"]],
  ['TIMESTAMP(3)', ["'1970-01-01 00:00:01.001'", "'2038-01-19 03:14:07.499'", "'2020-01-01 00:00:00.100'"]],
  [
    'TIMESTAMP(6)',
    ["'1970-01-01 00:00:01.000001'", "'2038-01-19 03:14:07.499999'", "'2020-01-01 00:00:00.100000'"],
  ],
  ['TIME', ["'-838:59:59'", "'838:59:59'", "'00:00:00'", "'-00:00:01'"]],
  ['TIME(6)', ["'-838:59:58.999999'", "'00:00:00.000001'", "'-00:00:00.000001'", "'24:00:00'"]],
  ['YEAR', ['1901', '2155', '0']],
  ["ENUM('a','B b','c,d','it''s','日本','')", ["'a'", "'B b'", "'c,d'", "'it''s'", "'日本'"]],
  ["SET('x','y z','ü','\"q\"')", ["''", "'x'", "'x,ü'", '\'y z,"q"\'', '\'x,y z,ü,"q"\'']],
  [
    'JSON',
    [
      "'{}'",
      "'[]'",
      "'null'",
      '\'"text"\'',
      "'0'",
      "'-0.0'",
      "'[1, 1.0, 1.50, 1e2, 12345678901234567890, -9223372036854775808]'",
      '\'{"b": [1, {"c": null}], "a": "é😀\\\\u0001\\\\n\\\\\\\\"}\'',
      "'[0.1, 1e-7, 1.7976931348623157e308, 123456789.125, 1e16, 1e25]'",
      'CAST(CAST(1.10 AS DECIMAL(10,2)) AS JSON)',
      "JSON_OBJECT('n', 1/3, 'd', 2/3e0, 'big', 18446744073709551615)",
    ],
  ],
];

let scene: Scene;
let process: CausewayProcess;

function tableOf(index: number): string {
  return `t${String(index).padStart(2, '0')}`;
}

/** Rows from `from` on: each literal, and NULL. */
function insertOf(index: number, from: number): string {
  const literals = [...(types[index]?.[1] ?? []), 'NULL'];
  return `INSERT INTO ${tableOf(index)} VALUES ${literals.map((literal, place) => `(${from + place}, ${literal})`).join(', ')}`;
}

beforeAll(async () => {
  scene = await Scene.open({ stack: openTestStack(), name: 'types' });
  for (const [index, [type]] of types.entries()) {
    await scene.sql(`CREATE TABLE ${tableOf(index)} (id INT NOT NULL PRIMARY KEY, v ${type} NULL)`);
    await scene.sql(insertOf(index, 1));
  }
  process = await scene.startConsistent();
  for (const [index] of types.entries()) {
    await scene.sql(insertOf(index, 1001));
  }
  await scene.settle(process);
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
});

describe('values at the edges of each type', () => {
  it.each(types.map(([type], index) => [type, index] as const))(
    '%s: copied and streamed exactly',
    async (_, index) => {
      const { tables } = await scene.compare([tableOf(index)]);
      expect(tables[0]?.sourceRows).toBe(2 * ((types[index]?.[1].length ?? 0) + 1));
      expect(tables[0]?.first).toEqual([]);
      expect(tables[0]?.differences).toBe(0);
    },
  );

  it('all of them survive a way to NULL and back through the stream', async () => {
    for (const [index] of types.entries()) {
      const table = tableOf(index);
      await scene.sql(`
        UPDATE ${table} SET v = NULL WHERE id > 1000;
        UPDATE ${table} AS a JOIN ${table} AS b ON b.id = a.id - 1000 SET a.v = b.v;
        UPDATE ${table} SET v = NULL WHERE id < 1000`);
    }
    await scene.settle(process);
    expect(await scene.differences()).toBe('');
  });
});
