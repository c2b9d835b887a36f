import type { ClientBase } from 'pg';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { control001 } from './migrations/001-control.ts';

interface StoreMigration {
  readonly version: number;
  readonly sql: string;
}

/** In order; each runs once, and is never edited after a release. */
const storeMigrations: readonly StoreMigration[] = [{ version: 1, sql: control001 }];

/** "causeway" read as a 64-bit number: one advisory lock for everybody who sets a store up. */
const lockKey = '7161145358655251833';

/**
 * Brings the store's tables to this version, on the connection given. Processes that start together wait for one
 * another; each migration commits together with the row that records it.
 */
export async function migrateStore(client: ClientBase): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1::bigint)', [lockKey]);
  try {
    const done = await readVersion(client);
    const known = storeMigrations.at(-1)?.version ?? 0;
    if (done > known) {
      throw new CausewayError(
        'STORE_NEWER',
        `The control store has version ${done}, and this Causeway knows versions up to ${known}`,
        { facts: { version: done, known } },
      );
    }
    for (const migration of storeMigrations) {
      if (migration.version > done) await runMigration(client, migration);
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1::bigint)', [lockKey]);
  }
}

async function readVersion(client: ClientBase): Promise<number> {
  const found = await client.query<{ present: boolean }>(
    `SELECT to_regclass('causeway_control.store_version') IS NOT NULL AS present`,
  );
  if (found.rows[0]?.present !== true) return 0;
  const { rows } = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM causeway_control.store_version',
  );
  return rows[0]?.version ?? 0;
}

async function runMigration(client: ClientBase, { version, sql }: StoreMigration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('CREATE SCHEMA IF NOT EXISTS causeway_control');
    await client.query(
      `CREATE TABLE IF NOT EXISTS causeway_control.store_version (
         version integer PRIMARY KEY,
         done_at timestamptz NOT NULL DEFAULT clock_timestamp()
       )`,
    );
    // The row first: a second starter that slipped past the lock collides here and not halfway through.
    await client.query('INSERT INTO causeway_control.store_version (version) VALUES ($1)', [version]);
    await client.query(sql);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
