import { Socket } from 'node:net';
import mysql from 'mysql2/promise';
import { Client } from 'pg';
import { merge, type TableComparison } from './compare/merge-rows.ts';
import { connectMysql, mysqlRows } from './compare/mysql-rows.ts';
import { postgresRows, prepareSession } from './compare/postgres-rows.ts';
import { readTable, type TablePair } from './compare/read-tables.ts';

export interface Comparison {
  readonly isSame: boolean;
  readonly tables: readonly TableComparison[];
}

export interface Endpoints {
  readonly mysqlUrl: string;
  readonly postgresUrl: string;
}

/**
 * The judge of every test: reads both servers over connections of its own, with SQL and rules of its own, and compares whole
 * tables row by row. It shares no code with the product, so that one mistake cannot be on both sides of the comparison.
 * Nobody may write meanwhile.
 */
export async function compareTables(endpoints: Endpoints, pairs: readonly TablePair[]): Promise<Comparison> {
  const catalogue = await mysql.createConnection(endpoints.mysqlUrl);
  const source = await connectMysql(endpoints.mysqlUrl);
  const socket = new Socket();
  const target = new Client({ connectionString: endpoints.postgresUrl, stream: () => socket });
  // A destroyed socket is reported here; whatever made it necessary is thrown below.
  target.on('error', () => undefined);
  try {
    await target.connect();
    await prepareSession(target);
    const tables: TableComparison[] = [];
    for (const pair of pairs) {
      const table = await readTable(catalogue, target, pair);
      tables.push(await merge(table, mysqlRows(source, table), postgresRows(target, table)));
    }
    await target.end();
    return { isSame: tables.every((table) => table.differences === 0), tables };
  } finally {
    source.destroy();
    catalogue.destroy();
    // A COPY that was left in the middle would keep an orderly end waiting for ever.
    socket.destroy();
  }
}

/** One line a table, and its first differences below it. */
export function comparisonText(comparison: Comparison): string {
  return comparison.tables
    .flatMap((table) => [
      `${table.table}: ${table.sourceRows} rows on the source, ${table.targetRows} on the target, ${table.differences} differ`,
      ...table.first.map(
        ({ key, column, source, target }) =>
          `  ${key.join(',')} ${column}: source ${source}, target ${target}`,
      ),
    ])
    .join('\n');
}
