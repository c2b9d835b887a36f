import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { ComparedRow } from './mysql-rows.ts';
import type { ComparedTable } from './read-tables.ts';

const newline = 0x0a;

/** Sets what the text of values depends on. */
export async function prepareSession(client: Client): Promise<void> {
  await client.query(
    `SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex';
     SET extra_float_digits = 1; SET client_encoding = 'UTF8'; SET statement_timeout = 0`,
  );
}

/** Every row of the table in key order, by COPY, whose text form is the server's own; memory is bounded by a network chunk. */
export async function* postgresRows(
  client: Client,
  table: ComparedTable,
): AsyncGenerator<readonly ComparedRow[]> {
  const stream = client.query(copyTo(`COPY (${selectFrom(table)}) TO STDOUT`));
  let held: Buffer[] = [];
  for await (const part of stream) {
    const chunk = asBuffer(part);
    const end = chunk.lastIndexOf(newline);
    if (end === -1) {
      held.push(chunk);
      continue;
    }
    const lines = Buffer.concat([...held, chunk.subarray(0, end)]).toString('utf8');
    held = [chunk.subarray(end + 1)];
    yield lines.split('\n').map((line) => comparedRow(table, line));
  }
  if (held.some((rest) => rest.length > 0)) throw new Error('PostgreSQL ended COPY inside a row');
}

function selectFrom(table: ComparedTable): string {
  const columns = table.columns.map(
    ({ name, rule }) => rule.postgresExpression?.(quote(name)) ?? quote(name),
  );
  const order = table.key.map((index) => {
    const column = table.columns[index];
    if (column === undefined) throw new Error('key column out of range');
    return column.rule.postgresOrder?.(quote(column.name)) ?? quote(column.name);
  });
  const from = `${quote(table.target.schema)}.${quote(table.target.table)}`;
  return `SELECT ${columns.join(', ')} FROM ${from} ORDER BY ${order.join(', ')}`;
}

function asBuffer(part: unknown): Buffer {
  if (Buffer.isBuffer(part)) return part;
  throw new Error('PostgreSQL sent something else than bytes');
}

function comparedRow(table: ComparedTable, line: string): ComparedRow {
  const fields = line.split('\t');
  if (fields.length !== table.columns.length) throw new Error('PostgreSQL sent a row of another width');
  return table.columns.map(({ rule }, index) => {
    const field = fields[index] ?? '';
    return field === '\\N' ? null : rule.fromPostgres(unescapeCopy(field));
  });
}

const copyEscapes: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** COPY's text format puts a backslash before itself and before control characters. */
export function unescapeCopy(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replaceAll(/\\(.)/gsu, (_, character: string) => copyEscapes[character] ?? character);
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
