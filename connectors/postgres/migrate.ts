import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { PostgresConnection } from './connect.ts';
import { quoteIdentifier } from './quote.ts';

/** A numbered script of one of Causeway's own schemas. Scripts are numbered from 1 without gaps. */
export interface SchemaScript {
  readonly number: number;
  readonly sql: string;
}

/**
 * Brings one of Causeway's own schemas up to date. Each script records itself before it runs, in the same transaction and
 * under an advisory lock, so two starters cannot run it twice and a killed one leaves nothing half done.
 */
export async function migrateSchema(
  connection: PostgresConnection,
  schema: string,
  scripts: readonly SchemaScript[],
): Promise<void> {
  await connection.transaction(async () => migrateSchemaHere(connection, schema, scripts));
}

/** The same within the caller's transaction, who may roll it back to see only whether it would work. */
export async function migrateSchemaHere(
  connection: PostgresConnection,
  schema: string,
  scripts: readonly SchemaScript[],
): Promise<void> {
  await connection.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `causeway/schema/${schema}`,
  ]);
  const applied = await readApplied(connection, schema);
  const newest = scripts.length;
  if (applied > newest) {
    throw new CausewayError(
      'TARGET_SCHEMA_NEWER',
      `schema ${schema} is at version ${applied}, this Causeway knows ${newest}`,
      { facts: { schema, applied, newest } },
    );
  }
  for (const script of scripts.slice(applied)) {
    await connection.query(
      `INSERT INTO ${quoteIdentifier(schema)}.schema_version (number) VALUES ($1::int)`,
      [String(script.number)],
    );
    await connection.execute(script.sql);
  }
}

/** The number of the last script that ran; makes schema and record when there is neither. */
async function readApplied(connection: PostgresConnection, schema: string): Promise<number> {
  const name = quoteIdentifier(schema);
  // IF NOT EXISTS asks for the right to create even when there is nothing to create.
  const found = await connection.query(
    `SELECT to_regnamespace($1)::oid::text,
            (SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace($1)::oid AND relname = 'schema_version')::text`,
    [name],
  );
  const [namespace, version] = found.rows[0] ?? [];
  if (namespace === null || namespace === undefined) {
    await connection.execute(`CREATE SCHEMA ${name}`);
  } else if (version !== '1') {
    throw new CausewayError(
      'TARGET_SCHEMA_TAKEN',
      `schema ${schema} on ${connection.place} is not Causeway's`,
      {
        facts: { schema },
      },
    );
  }
  if (version !== '1') {
    await connection.execute(
      `CREATE TABLE ${name}.schema_version (number int PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    return 0;
  }
  const last = await connection.query(`SELECT coalesce(max(number), 0)::text FROM ${name}.schema_version`);
  return Number(last.rows[0]?.[0]);
}
