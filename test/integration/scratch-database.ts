import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database of its own for one test file, on the PostgreSQL server of the given administrator's URL. */
export interface ScratchDatabase {
  readonly url: string;
  query(text: string, values?: readonly string[]): Promise<(string | null)[][]>;
  drop(): Promise<void>;
}

export async function makeScratchDatabase(serverUrl: string): Promise<ScratchDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = new Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const client = new Client({
    connectionString: url.href,
    options: '-c TimeZone=UTC -c extra_float_digits=1',
    types: { getTypeParser: () => (text: string) => text },
  });
  await client.connect();
  return {
    url: url.href,
    query: async (text, values = []) => {
      const result = await client.query<(string | null)[]>({ text, values: [...values], rowMode: 'array' });
      return result.rows;
    },
    drop: async () => {
      await client.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}
