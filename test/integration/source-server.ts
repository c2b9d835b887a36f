import { randomBytes } from 'node:crypto';
import { createConnection, type Connection } from 'mysql2/promise';
import { openTestStack } from '../harness/stack.ts';

/** Administrator's URL of the MySQL server that tests make their databases on. */
export async function sourceServerUrl(): Promise<string> {
  return (await openTestStack().endpoints()).mysql.url;
}

/** A database of its own for one test file, with a connection of the administrator. */
export interface ScratchSource {
  readonly database: string;
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly unknown[][]>;
  drop(): Promise<void>;
}

export async function makeScratchSource(serverUrl: string): Promise<ScratchSource> {
  const database = `test_${randomBytes(6).toString('hex')}`;
  const url = new URL(serverUrl);
  const connection: Connection = await createConnection({
    host: url.hostname,
    port: Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    charset: 'utf8mb4',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci`);
  await connection.query(`USE ${database}`);
  return {
    database,
    run: async (sql) => {
      await connection.query(sql);
    },
    rows: async (sql) => {
      const [rows] = await connection.query({ sql, rowsAsArray: true });
      return rows as unknown[][];
    },
    drop: async () => {
      await connection.query(`DROP DATABASE IF EXISTS ${database}`);
      await connection.end();
    },
  };
}
