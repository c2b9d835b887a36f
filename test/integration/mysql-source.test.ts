import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChunkRange, ChunkReader, KeyBound } from '../../connectors/engine.ts';
import { MysqlSource } from '../../connectors/mysql/source-engine.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import { columnPlan } from '../../schemas/plan/source-fixture.ts';
import type { SourceTable } from '../../schemas/source-table.ts';
import { tableFingerprint } from '../../schemas/table-fingerprint.ts';
import type { ExactRow } from '../../schemas/types/value-kind.ts';
import { makeScratchSource, sourceServerUrl, type ScratchSource } from './source-server.ts';

const never = new AbortController().signal;
const numbers = 'WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < 700) ';

let url: string;
let scratch: ScratchSource;
let source: MysqlSource;
let reader: ChunkReader;

beforeAll(async () => {
  url = await sourceServerUrl();
  scratch = await makeScratchSource(url);
  source = new MysqlSource(url);
  reader = await source.openChunkReader();
});

afterAll(async () => {
  await reader.close();
  await scratch.drop();
});

async function tableOf(name: string): Promise<SourceTable> {
  const [table] = await source.readCatalogue([`${scratch.database}.${name}`]);
  if (table === undefined) throw new Error(`${name} is not in the catalogue`);
  return table;
}

async function planOf(name: string, key?: readonly string[]): Promise<TablePlan> {
  const catalogue = await tableOf(name);
  const keyNames = key ?? catalogue.primaryKey ?? [];
  return {
    id: `${scratch.database}.${name}`,
    source: { database: scratch.database, table: name },
    target: { schema: 'public', table: name },
    columns: catalogue.columns.map((column) => columnPlan(column)),
    key: keyNames.map((column) => catalogue.columns.findIndex(({ name }) => name === column)),
    uniqueKeys: [],
    catalogue,
  };
}

/** Cuts the table into ranges and reads them all. */
async function readInChunks(
  table: TablePlan,
  chunkRows: number,
): Promise<{ ranges: ChunkRange[]; rows: ExactRow[] }> {
  const ranges: ChunkRange[] = [];
  const rows: ExactRow[] = [];
  let after: KeyBound | null = null;
  do {
    const upTo: KeyBound | null = await reader.findChunkEnd(table, after, chunkRows);
    const range = { after, upTo };
    ranges.push(range);
    for await (const batch of reader.readChunk(table, range, never)) rows.push(...batch);
    after = upTo;
  } while (after !== null);
  return { ranges, rows };
}

const text = (definition: string): string => `k ${definition} NOT NULL, PRIMARY KEY (k)`;

/** Key definition, and the expressions that fill it from `i` = 1..700. */
const keys: readonly (readonly [string, string, string])[] = [
  ['int', 'k int NOT NULL, PRIMARY KEY (k)', 'i - 350'],
  ['bigint unsigned beyond 2^63', 'k bigint unsigned NOT NULL, PRIMARY KEY (k)', '18446744073709551615 - i'],
  ['descending int', 'k int NOT NULL, PRIMARY KEY (k DESC)', 'i'],
  ['decimal', 'k decimal(30,10) NOT NULL, PRIMARY KEY (k)', '(i - 350) / 7 + 12345678901234567890'],
  ['accented text, ci', text('varchar(40)'), "CONCAT(ELT(1 + i % 5, 'é', 'E', 'z', 'Ω', '\u{1F600}'), i)"],
  [
    'binary collation',
    text('varchar(40) COLLATE utf8mb4_bin'),
    "CONCAT(ELT(1 + i % 4, 'a', 'B', 'A', 'ß'), i)",
  ],
  ['padded collation', text('varchar(40) COLLATE utf8mb4_general_ci'), "CONCAT(i, REPEAT(' ', i % 3))"],
  ['latin1', text('varchar(40) CHARACTER SET latin1'), "CONCAT(ELT(1 + i % 3, 'é', 'Z', 'ä'), i)"],
  ['ascii', text('varchar(40) CHARACTER SET ascii'), "CONCAT(ELT(1 + i % 3, 'Z', 'z', 'a'), i)"],
  [
    'text with quotes and backslashes',
    text('varchar(40)'),
    String.raw`CONCAT(ELT(1 + i % 4, '\'', '\\', '%', '?'), i)`,
  ],
  ['varbinary', 'k varbinary(32) NOT NULL, PRIMARY KEY (k)', 'UNHEX(LEFT(SHA2(i, 256), 32))'],
  ['binary with zero bytes', 'k binary(8) NOT NULL, PRIMARY KEY (k)', "UNHEX(LPAD(HEX(i * 256), 16, '0'))"],
  ['datetime', 'k datetime(6) NOT NULL, PRIMARY KEY (k)', "'2024-01-01' + INTERVAL i * 1000003 MICROSECOND"],
  ['timestamp', 'k timestamp(3) NOT NULL, PRIMARY KEY (k)', "'2024-03-31 00:30:00' + INTERVAL i * 10 SECOND"],
  ['date', 'k date NOT NULL, PRIMARY KEY (k)', "'1999-12-01' + INTERVAL i DAY"],
  ['time', 'k time(3) NOT NULL, PRIMARY KEY (k)', 'SEC_TO_TIME((i - 350) * 1.001)'],
  ['bit', 'k bit(64) NOT NULL, PRIMARY KEY (k)', '18446744073709551615 - i * 2'],
  ['enum in front', "k enum('z','a','m','b') NOT NULL, j int NOT NULL, PRIMARY KEY (k, j)", '1 + i % 4, i'],
  ['set in front', "k set('x','y','z') NOT NULL, j int NOT NULL, PRIMARY KEY (k, j)", 'i % 8, i'],
  ['year in front', 'k year NOT NULL, j int NOT NULL, PRIMARY KEY (k, j)', '1901 + i % 200, i'],
  [
    'composite of three',
    'k int NOT NULL, j varchar(20) NOT NULL, h datetime NOT NULL, PRIMARY KEY (k, j, h)',
    "i % 3, CONCAT('k', i % 20), '2024-01-01' + INTERVAL i HOUR",
  ],
  ['composite with a descending part', 'k int NOT NULL, j int NOT NULL, PRIMARY KEY (k, j DESC)', 'i % 4, i'],
];

test.each(keys)('ranges over a key of %s cover every row exactly once', async (name, definition, values) => {
  const table = `t_${keys.findIndex(([other]) => other === name)}`;
  await scratch.run(`CREATE TABLE ${table} (${definition}, v int)`);
  await scratch.run(`INSERT INTO ${table} ${numbers} SELECT ${values}, i FROM r`);
  const plan = await planOf(table);
  for (const chunkRows of [1, 49, 700, 5000]) {
    if (chunkRows === 1 && name !== 'composite of three') continue;
    const { ranges, rows } = await readInChunks(plan, chunkRows);
    const seen = rows.map((row) => Number(row.at(-1))).toSorted((a, b) => a - b);
    expect(seen).toEqual(Array.from({ length: 700 }, (_none, index) => index + 1));
    expect(ranges.length).toBe(Math.floor(700 / chunkRows) + 1);
  }
});

test('rows with dates that are none and with the error value of an enum are in the ranges too', async () => {
  await scratch.run("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
  await scratch.run('CREATE TABLE zero_dates (k date NOT NULL PRIMARY KEY)');
  await scratch.run(
    "INSERT INTO zero_dates VALUES ('0000-00-00'), ('2024-00-00'), ('2024-02-31'), ('2024-03-01')",
  );
  await scratch.run("CREATE TABLE enum_zero (k enum('b','a') NOT NULL PRIMARY KEY)");
  await scratch.run('INSERT INTO enum_zero VALUES (0), (1), (2)');
  await scratch.run('SET SESSION sql_mode = DEFAULT');
  for (const [table, count] of [
    ['zero_dates', 4],
    ['enum_zero', 3],
  ] as const) {
    const plan = await planOf(table);
    const bounds: KeyBound[] = [];
    for (let end = await reader.findChunkEnd(plan, null, 1); end !== null;) {
      bounds.push(end);
      end = await reader.findChunkEnd(plan, end, 1);
    }
    expect(bounds.length).toBe(count);
  }
});

test('a range is read by the index and no further than its end', async () => {
  await scratch.run('CREATE TABLE ranged (a int NOT NULL, b int NOT NULL, v int, PRIMARY KEY (a, b))');
  await scratch.run(`INSERT INTO ranged ${numbers} SELECT i DIV 100, i, i FROM r`);
  const plan = await planOf('ranged');
  const before = await handlerReads();
  const rows: ExactRow[] = [];
  for await (const batch of reader.readChunk(plan, { after: ['3', '310'], upTo: ['3', '320'] }, never)) {
    rows.push(...batch);
  }
  expect(rows.map((row) => row[1])).toEqual(
    Array.from({ length: 10 }, (_none, index) => String(311 + index)),
  );
  expect((await handlerReads()) - before).toBeLessThan(60);
});

/** Rows that the server has taken from tables so far. */
async function handlerReads(): Promise<number> {
  const [row] = await scratch.rows(
    `SELECT SUM(count_read) FROM performance_schema.table_io_waits_summary_by_table
      WHERE object_schema = '${scratch.database}' AND object_name = 'ranged'`,
  );
  return Number(row?.[0]);
}

test('a reader that stops in the middle of a chunk leaves the reader usable', async () => {
  await scratch.run('CREATE TABLE half (id int PRIMARY KEY, v varchar(8000))');
  await scratch.run(`INSERT INTO half ${numbers} SELECT i, REPEAT('x', 8000) FROM r`);
  await scratch.run('INSERT INTO half SELECT id + 700, v FROM half');
  await scratch.run('INSERT INTO half SELECT id + 1400, v FROM half');
  await scratch.run('INSERT INTO half SELECT id + 2800, v FROM half');
  const plan = await planOf('half');
  for await (const batch of reader.readChunk(plan, { after: null, upTo: null }, never)) {
    expect(batch.length).toBeGreaterThan(500);
    break;
  }
  const abort = new AbortController();
  const aborted = (async () => {
    for await (const batch of reader.readChunk(plan, { after: null, upTo: null }, abort.signal)) {
      expect(batch.length).toBeGreaterThan(0);
      abort.abort(new Error('told to stop'));
    }
  })();
  await expect(aborted).rejects.toThrow('told to stop');
  const { rows } = await readInChunks(plan, 1000);
  expect(rows.length).toBe(5600);
});

test('a connection killed in the middle of a chunk is an error worth another try, and the next read works', async () => {
  const plan = await planOf('half');
  const killed = (async () => {
    let rows = 0;
    for await (const batch of reader.readChunk(plan, { after: null, upTo: null }, never)) {
      if (rows === 0) await killReaders();
      rows += batch.length;
    }
  })();
  await expect(killed).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', isRetryable: true });
  expect((await readInChunks(plan, 1000)).rows.length).toBe(5600);
});

async function killReaders(): Promise<void> {
  const readers = await scratch.rows(
    "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT `id`, `v` FROM%half%' AND id <> CONNECTION_ID()",
  );
  for (const [id] of readers) await scratch.run(`KILL ${String(id)}`);
}

test('values come as exact text, whatever their type', async () => {
  await scratch.run(`CREATE TABLE values_of_types (id bigint PRIMARY KEY, d decimal(20,6), f float, g double, dt datetime(3),
    ts timestamp(6) NULL, b varbinary(10), bt bit(9), j json, e enum('a','b'), n int NULL DEFAULT 5, t text CHARACTER SET latin1)`);
  await scratch.run(`INSERT INTO values_of_types VALUES (9007199254740993, 1.5, 0.1, 0.1, '2024-02-29 12:00:00.5',
    '2024-02-29 12:00:00.123456', x'00FF5C', b'100000001', '{"a": 1.10}', 'b', NULL, 'é\\\\n')`);
  const { rows } = await readInChunks(await planOf('values_of_types'), 10);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toEqual([
    '9007199254740993',
    '1.500000',
    '0.1',
    '0.1',
    '2024-02-29 12:00:00.500',
    '2024-02-29 12:00:00.123456+00',
    '\\x00ff5c',
    '100000001',
    '{"a": 1.1}',
    'b',
    null,
    'é\\n',
  ]);
});

test('the catalogue shows an ugly schema as it is', async () => {
  await scratch.run('CREATE TABLE parent (a int, b varchar(10), PRIMARY KEY (a, b))');
  await scratch.run(
    [
      'CREATE TABLE `we``ird na.me` (',
      '`id` bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,',
      String.raw`mood enum('a','\u{1F600}','b\\c','q?','x''y','Ωмега, )') NOT NULL DEFAULT 'a',`.replace(
        String.raw`\u{1F600}`,
        '\u{1F600}',
      ),
      String.raw`flags set('?','\\','plain'),`,
      "note varchar(30) CHARACTER SET latin1 NULL DEFAULT 'it''s' COMMENT 'a ''note''',",
      'made timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),',
      'twice bigint GENERATED ALWAYS AS (hidden * 2) STORED, hidden int INVISIBLE, bits bit(5),',
      'pa int, pb varchar(10), uuid binary(16) DEFAULT (UUID_TO_BIN(UUID())),',
      'UNIQUE KEY u (note(5), pa DESC), KEY f ((LOWER(note))), KEY v (pa) INVISIBLE,',
      'CONSTRAINT fk FOREIGN KEY (pa, pb) REFERENCES parent (a, b) ON DELETE CASCADE ON UPDATE SET NULL,',
      "CONSTRAINT positive CHECK (hidden > 0) NOT ENFORCED) COMMENT = 'odd'",
    ].join(' '),
  );
  await scratch.run('CREATE TRIGGER tr BEFORE INSERT ON `we``ird na.me` FOR EACH ROW SET NEW.hidden = 1');
  await scratch.run('CREATE VIEW seen AS SELECT a FROM parent');
  const position = await source.executedPosition();
  const table = await tableOf('we`ird na.me');
  expect(await source.executedPosition()).toBe(position);
  expect(table).toMatchObject({
    storageEngine: 'InnoDB',
    comment: 'odd',
    primaryKey: ['id'],
    triggers: ['tr'],
  });
  const column = (name: string): unknown => table.columns.find((candidate) => candidate.name === name);
  expect(column('mood')).toMatchObject({
    dataType: 'enum',
    labels: ['a', '\u{1F600}', 'b\\c', 'q?', "x'y", 'Ωмега, )'],
    defaultText: 'a',
  });
  expect(column('flags')).toMatchObject({ dataType: 'set', labels: ['?', '\\', 'plain'] });
  expect(column('note')).toMatchObject({
    characterSet: 'latin1',
    length: 30,
    defaultText: "it's",
    comment: "a 'note'",
  });
  expect(column('made')).toMatchObject({
    isDefaultExpression: true,
    fractionDigits: 3,
    hasOnUpdateNow: true,
  });
  expect(column('twice')).toMatchObject({ generated: 'stored' });
  expect(column('hidden')).toMatchObject({ isInvisible: true });
  expect(column('bits')).toMatchObject({ length: 5, numericPrecision: null });
  expect(column('uuid')).toMatchObject({ isDefaultExpression: true, length: 16 });
  expect(column('id')).toMatchObject({ isUnsigned: true, isAutoIncrement: true, isNullable: false });
  expect(table.indexes.map((index) => index.name)).toEqual(['PRIMARY', 'f', 'fk', 'u', 'v']);
  expect(table.indexes.find((index) => index.name === 'u')).toMatchObject({
    isUnique: true,
    parts: [
      { column: 'note', prefixLength: 5, isDescending: false },
      { column: 'pa', prefixLength: null, isDescending: true },
    ],
  });
  expect(table.indexes.find((index) => index.name === 'f')?.parts[0]?.expression).toContain('lower');
  expect(table.indexes.find((index) => index.name === 'v')?.isVisible).toBe(false);
  expect(table.foreignKeys).toEqual([
    {
      name: 'fk',
      columns: ['pa', 'pb'],
      referencedDatabase: scratch.database,
      referencedTable: 'parent',
      referencedColumns: ['a', 'b'],
      onUpdate: 'set null',
      onDelete: 'cascade',
    },
  ]);
  expect(table.checks).toEqual([{ name: 'positive', expression: '(`hidden` > 0)', isEnforced: false }]);
  const all = await source.readCatalogue([`${scratch.database}.*`]);
  expect(all.map(({ name }) => name)).not.toContain('seen');
  await expect(
    source.readCatalogue([`${scratch.database}.seen`, 'mysql.user', 'nowhere.*']),
  ).rejects.toMatchObject({
    code: 'NO_TABLE_MATCHES',
    facts: { patterns: [`${scratch.database}.seen`, 'mysql.user', 'nowhere.*'] },
  });
});

test('the fingerprint is that of the plan until a column or the key changes', async () => {
  await scratch.run("CREATE TABLE changing (id int PRIMARY KEY, e enum('?','b'), n int)");
  const plan = await planOf('changing');
  const planned = tableFingerprint(plan.catalogue);
  expect(await reader.schemaFingerprint(plan)).toBe(planned);
  await scratch.run('ALTER TABLE changing ADD KEY (n), ALTER n SET DEFAULT 3');
  expect(await reader.schemaFingerprint(plan)).toBe(planned);
  await scratch.run('ALTER TABLE changing MODIFY n bigint');
  expect(await reader.schemaFingerprint(plan)).not.toBe(planned);
  await scratch.run('DROP TABLE changing');
  expect(await reader.schemaFingerprint(plan)).not.toBe(planned);
});

test('text is read whole although init_connect sets another character set for the account', async () => {
  const user = `i_${scratch.database.slice(5)}`;
  await scratch.run('CREATE TABLE wide_text (id int PRIMARY KEY, t varchar(20))');
  await scratch.run("INSERT INTO wide_text VALUES (1, 'é\u{1F600}')");
  const plan = await planOf('wide_text');
  const [held] = await scratch.rows('SELECT @@GLOBAL.init_connect');
  await scratch.run(`CREATE USER ${user} IDENTIFIED BY 'canary-pw'`);
  await scratch.run(`GRANT SELECT ON ${scratch.database}.* TO ${user}`);
  await scratch.run(
    `SET GLOBAL init_connect = "SET character_set_results = IF(USER() LIKE '${user}@%', 'utf8mb3', @@character_set_results)"`,
  );
  try {
    const address = new URL(url);
    address.username = user;
    address.password = 'canary-pw';
    const plain = await new MysqlSource(address.href).openChunkReader();
    const rows: ExactRow[] = [];
    for await (const batch of plain.readChunk(plan, { after: null, upTo: null }, never)) rows.push(...batch);
    await plain.close();
    expect(rows).toEqual([['1', 'é\u{1F600}']]);
  } finally {
    await scratch.run(`SET GLOBAL init_connect = '${String(held?.[0])}'`);
    await scratch.run(`DROP USER ${user}`);
  }
});

test('the preflight of the test server finds no error for its administrator', async () => {
  await scratch.run('CREATE TABLE fine (id int PRIMARY KEY)');
  const checks = await source.preflight([await tableOf('fine')]);
  expect(checks.filter((check) => check.severity === 'error')).toEqual([]);
});

test('the preflight names each privilege that an account lacks', async () => {
  const user = `u_${scratch.database.slice(5)}`;
  await scratch.run('CREATE TABLE secret (id int PRIMARY KEY)');
  const secret = await tableOf('secret');
  await scratch.run(`CREATE USER ${user} IDENTIFIED BY 'canary-pw'`);
  try {
    const poor = new URL(url);
    poor.username = user;
    poor.password = 'canary-pw';
    const checks = await new MysqlSource(poor.href).preflight([secret]);
    const lacking = checks.filter((check) => check.severity !== 'ok').map((check) => check.name);
    expect(lacking).toEqual(
      expect.arrayContaining([
        'REPLICATION CLIENT',
        'REPLICATION SLAVE',
        'SELECT',
        'markers',
        'prepared transactions',
      ]),
    );
    expect(JSON.stringify(checks)).not.toContain('canary-pw');
    poor.password = 'wrong-canary';
    const refused = new MysqlSource(poor.href).executedPosition();
    await expect(refused).rejects.toMatchObject({ code: 'SOURCE_ACCESS_DENIED' });
    await expect(refused).rejects.not.toThrow('canary');
  } finally {
    await scratch.run(`DROP USER ${user}`);
  }
});

test('a server that does not answer is told as unreachable, and as worth another try', async () => {
  const nowhere = new MysqlSource('mysql://a:canary@127.0.0.1:9/?connect-timeout-ms=500').executedPosition();
  await expect(nowhere).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', isRetryable: true });
  await expect(nowhere).rejects.not.toThrow('canary');
});
