import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Client } from 'pg';
import { ruleFor, type ValueRule } from './value-rules.ts';

/** A pair of tables that should hold the same rows. */
export interface TablePair {
  readonly source: { readonly database: string; readonly table: string };
  readonly target: { readonly schema: string; readonly table: string };
}

export interface ComparedTable extends TablePair {
  readonly columns: readonly ComparedColumn[];
  /** Indexes into `columns` in key order. */
  readonly key: readonly number[];
}

export interface ComparedColumn {
  readonly name: string;
  readonly rule: ValueRule;
}

interface MysqlColumn {
  readonly name: string;
  readonly type: string;
  readonly bits: number;
}

/** Reads both catalogues. Columns must have the same names on both sides; their order does not matter. */
export async function readTable(
  mysql: Connection,
  postgres: Client,
  pair: TablePair,
): Promise<ComparedTable> {
  const source = await mysqlColumns(mysql, pair);
  const target = await postgresColumns(postgres, pair);
  const shown = `${pair.source.database}.${pair.source.table}`;
  if (source.length === 0) throw new Error(`${shown} is not on the source`);
  if (target.size === 0) throw new Error(`${pair.target.schema}.${pair.target.table} is not on the target`);
  const sourceNames = new Set(source.map((column) => column.name));
  const odd = [
    ...source
      .filter((column) => !target.has(column.name))
      .map((column) => `${column.name} only on the source`),
    ...[...target.keys()]
      .filter((name) => !sourceNames.has(name))
      .map((name) => `${name} only on the target`),
  ];
  if (odd.length > 0) throw new Error(`columns of ${shown} differ: ${odd.join(', ')}`);
  const columns = source.map(({ name, type, bits }) => ({
    name,
    rule: ruleFor(type, target.get(name) ?? '', bits),
  }));
  const key = (await mysqlKey(mysql, pair)).map((name) =>
    columns.findIndex((column) => column.name === name),
  );
  if (key.length === 0) throw new Error(`${shown} has no key to compare by`);
  for (const index of key) {
    if (columns[index]?.rule.order === undefined) throw new Error(`${shown}: key of an unordered type`);
  }
  return { ...pair, columns, key };
}

async function mysqlColumns(mysql: Connection, pair: TablePair): Promise<MysqlColumn[]> {
  const [rows] = await mysql.query<RowDataPacket[]>(
    `SELECT column_name AS name, data_type AS type, COALESCE(numeric_precision, 0) AS bits
     FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position`,
    [pair.source.database, pair.source.table],
  );
  return rows.map((row) => ({
    name: String(row['name']),
    type: String(row['type']).toLowerCase(),
    bits: Number(row['bits']),
  }));
}

/** The primary key, or else the first unique key without nullable or partial columns. */
async function mysqlKey(mysql: Connection, pair: TablePair): Promise<string[]> {
  const [rows] = await mysql.query<RowDataPacket[]>(
    `SELECT index_name AS name, column_name AS col, nullable, sub_part AS part
     FROM information_schema.statistics
     WHERE table_schema = ? AND table_name = ? AND non_unique = 0
     ORDER BY index_name <> 'PRIMARY', index_name, seq_in_index`,
    [pair.source.database, pair.source.table],
  );
  const unusable = new Set(
    rows
      .filter((row) => row['nullable'] === 'YES' || row['part'] !== null || row['col'] === null)
      .map((row) => String(row['name'])),
  );
  const first = rows.find((row) => !unusable.has(String(row['name'])));
  return rows.filter((row) => row['name'] === first?.['name']).map((row) => String(row['col']));
}

async function postgresColumns(postgres: Client, pair: TablePair): Promise<Map<string, string>> {
  const { rows } = await postgres.query<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = $1 AND table_name = $2`,
    [pair.target.schema, pair.target.table],
  );
  return new Map(rows.map((row) => [row.name, row.type]));
}
