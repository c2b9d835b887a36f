import mysql, { type Connection, type ResultSetHeader } from 'mysql2/promise';
import { runWriters, type TransactionBody, type WriterCounts, type WriterOptions } from './run-writers.ts';
import type { SeededRandom } from './seeded-random.ts';
import { phrases } from './shop/sample-texts.ts';

export const changeTables = ['item', 'part', 'journal'] as const;

const definitions = [
  `CREATE TABLE item (id INT NOT NULL, code VARCHAR(40) NOT NULL, quantity INT NULL DEFAULT 5,
     note VARCHAR(200) NULL DEFAULT 'none', price DECIMAL(12,4) NULL DEFAULT 1.5,
     seen_at TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6), document JSON NULL, PRIMARY KEY (id), UNIQUE KEY item_code (code))`,
  `CREATE TABLE part (item_id INT NOT NULL, number SMALLINT NOT NULL, label VARCHAR(60) NOT NULL, weight DOUBLE NULL,
     PRIMARY KEY (item_id, number))`,
  `CREATE TABLE journal (id BIGINT NOT NULL AUTO_INCREMENT, entry TEXT NOT NULL, PRIMARY KEY (id))`,
];

/** How far ids reach; small enough that the same rows are hit again and again. */
const idsMax = 2000;

/** Makes the tables of the change workload and fills them. */
export async function seedChanges(url: string, database: string, items: number): Promise<void> {
  const connection = await mysql.createConnection({ uri: url, database, charset: 'utf8mb4_bin' });
  try {
    for (const definition of definitions) await connection.query(definition);
    const rows = Array.from({ length: items }, (_, id) => [
      id + 1,
      `code-${id + 1}`,
      id % 3 === 0 ? null : id,
      id % 4 === 0 ? null : (phrases[id % phrases.length] ?? ''),
      JSON.stringify({ n: id, half: id / 2, list: [id, null, 'é'] }),
    ]);
    const batchRows = 1000;
    for (let at = 0; at < rows.length; at += batchRows) {
      const batch = rows.slice(at, at + batchRows);
      await connection.query('INSERT INTO item (id, code, quantity, note, document) VALUES ?', [batch]);
      await connection.query('INSERT INTO part (item_id, number, label) VALUES ?', [
        batch.map(([id, code]) => [id, 1, `part of ${code}`]),
      ]);
    }
  } finally {
    await connection.end();
  }
}

/** Every kind of change on few rows: keys move, unique values trade places, tables are emptied, transactions are undone in part or whole. */
export function runChanges(
  options: WriterOptions & { readonly truncateShare?: number },
  signal: AbortSignal,
  counts?: WriterCounts,
): Promise<WriterCounts> {
  const { truncateShare = 0.02, ...writers } = options;
  const choose = (random: SeededRandom): TransactionBody => chooseBody(random, truncateShare);
  return runWriters({ rollbackShare: 0.1, ...writers }, choose, signal, counts);
}

function chooseBody(random: SeededRandom, truncateShare: number): TransactionBody {
  if (random.isBelow(truncateShare)) return emptyJournal;
  return random.pick([
    insertItems,
    updateItems,
    updateItems,
    deleteItems,
    moveKey,
    swapCodes,
    undoInPart,
    severalTables,
    writeJournal,
  ]);
}

async function insertItems(connection: Connection, random: SeededRandom): Promise<number> {
  const rows = Array.from({ length: random.integer(1, 5) }, () => [
    random.integer(1, idsMax),
    `code-${random.word(12)}`,
    random.isBelow(0.4) ? null : random.integer(-9, 9),
    random.isBelow(0.4) ? null : random.pick(phrases),
    random.isBelow(0.4) ? null : `${random.integer(0, 9999)}.1234`,
    random.isBelow(0.4) ? null : '2026-05-06 07:08:09.101112',
    random.isBelow(0.4) ? null : JSON.stringify({ [random.word(3)]: random.next() }),
  ]);
  return change(connection, 'INSERT IGNORE INTO item VALUES ?', [rows]);
}

async function updateItems(connection: Connection, random: SeededRandom): Promise<number> {
  const from = random.integer(1, idsMax);
  const set = random.pick([
    'quantity = NULL',
    'quantity = COALESCE(quantity, 0) + 1',
    'note = NULL',
    "note = CONCAT(COALESCE(note, ''), '.')",
    'price = price * 1.01, seen_at = NULL',
    'seen_at = NOW(6)',
    "document = JSON_SET(COALESCE(document, '{}'), '$.n', id / 3e0)",
  ]);
  return change(connection, `UPDATE IGNORE item SET ${set} WHERE id BETWEEN ? AND ? ORDER BY id`, [
    from,
    from + random.integer(0, 9),
  ]);
}

async function deleteItems(connection: Connection, random: SeededRandom): Promise<number> {
  const from = random.integer(1, idsMax);
  const parts = await change(connection, 'DELETE FROM part WHERE item_id BETWEEN ? AND ?', [from, from + 2]);
  return parts + (await change(connection, 'DELETE FROM item WHERE id BETWEEN ? AND ?', [from, from + 2]));
}

async function moveKey(connection: Connection, random: SeededRandom): Promise<number> {
  const from = random.integer(1, idsMax);
  const to = random.integer(1, idsMax);
  const moved = await change(connection, 'UPDATE IGNORE item SET id = ? WHERE id = ?', [to, from]);
  return (
    moved + (await change(connection, 'UPDATE IGNORE part SET item_id = ? WHERE item_id = ?', [to, from]))
  );
}

/** Two rows trade their unique values. */
async function swapCodes(connection: Connection, random: SeededRandom): Promise<number> {
  const ids = [random.integer(1, idsMax), random.integer(1, idsMax)].sort((a, b) => a - b);
  const [rows] = await connection.query<mysql.RowDataPacket[]>(
    'SELECT id, code FROM item WHERE id IN (?) ORDER BY id FOR UPDATE',
    [ids],
  );
  const [first, second] = rows;
  if (first === undefined || second === undefined) return 0;
  const rename = 'UPDATE item SET code = ? WHERE id = ?';
  await change(connection, rename, [`between-${random.word(10)}`, first['id']]);
  await change(connection, rename, [first['code'], second['id']]);
  await change(connection, rename, [second['code'], first['id']]);
  return 3;
}

async function undoInPart(connection: Connection, random: SeededRandom): Promise<number> {
  const before = await updateItems(connection, random);
  await connection.query('SAVEPOINT half');
  await deleteItems(connection, random);
  await insertItems(connection, random);
  await connection.query('ROLLBACK TO SAVEPOINT half');
  return before + (await updateItems(connection, random));
}

async function severalTables(connection: Connection, random: SeededRandom): Promise<number> {
  const items = await insertItems(connection, random);
  const parts = await change(
    connection,
    'INSERT INTO part VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE label = VALUES(label), weight = NULL',
    [random.integer(1, idsMax), random.integer(1, 3), random.pick(phrases), random.next() * 1000],
  );
  return items + parts + (await writeJournal(connection, random));
}

async function writeJournal(connection: Connection, random: SeededRandom): Promise<number> {
  return change(connection, 'INSERT INTO journal (entry) VALUES (?), (?)', [
    random.pick(phrases),
    random.word(30),
  ]);
}

/** TRUNCATE commits by itself; what is written after it must survive when the TRUNCATE comes again. */
async function emptyJournal(connection: Connection, random: SeededRandom): Promise<number> {
  await connection.query('TRUNCATE TABLE journal');
  return writeJournal(connection, random);
}

async function change(connection: Connection, sql: string, values: readonly unknown[]): Promise<number> {
  const [result] = await connection.query<ResultSetHeader>(sql, [...values]);
  return result.affectedRows;
}
