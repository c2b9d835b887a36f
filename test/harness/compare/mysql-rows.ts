import mysql2 from 'mysql2';
import type { ComparedTable } from './read-tables.ts';

/** One row in compared form, in column order; null is SQL NULL. */
export type ComparedRow = readonly (string | null)[];

const rowsPerBatch = 500;

/** Opens a connection whose texts are UTF-8 and whose instants are UTC. */
export async function connectMysql(url: string): Promise<mysql2.Connection> {
  const connection = mysql2.createConnection({
    uri: url,
    charset: 'utf8mb4_bin',
    rowsAsArray: true,
    typeCast: false,
  });
  await connection
    .promise()
    .query(
      "SET time_zone = '+00:00', NAMES utf8mb4, sql_mode = '', net_write_timeout = 600, transaction_isolation = 'REPEATABLE-READ'",
    );
  return connection;
}

/** Every row of the table in key order; memory is bounded by a batch of rows. */
export async function* mysqlRows(
  connection: mysql2.Connection,
  table: ComparedTable,
): AsyncGenerator<readonly ComparedRow[]> {
  const stream = connection.query(selectFrom(table)).stream({ highWaterMark: rowsPerBatch });
  let batch: ComparedRow[] = [];
  for await (const row of stream) {
    batch.push(comparedRow(table, row));
    if (batch.length < rowsPerBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function selectFrom(table: ComparedTable): string {
  const columns = table.columns.map(({ name, rule }) => rule.mysqlExpression?.(quote(name)) ?? quote(name));
  const order = table.key.map((index) => {
    const column = table.columns[index];
    if (column === undefined) throw new Error('key column out of range');
    return column.rule.mysqlOrder?.(quote(column.name)) ?? quote(column.name);
  });
  const from = `${quote(table.source.database)}.${quote(table.source.table)}`;
  return `SELECT ${columns.join(', ')} FROM ${from} ORDER BY ${order.join(', ')}`;
}

function comparedRow(table: ComparedTable, row: unknown): ComparedRow {
  if (!Array.isArray(row)) throw new Error('MySQL sent a row that is not an array');
  return table.columns.map(({ name, rule }, index) => {
    const value: unknown = row[index];
    if (value === null) return null;
    if (!Buffer.isBuffer(value)) throw new Error(`MySQL sent ${name} as ${typeof value}, not as bytes`);
    return rule.fromMysql(value);
  });
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
