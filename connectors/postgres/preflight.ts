import { asCausewayError, CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import type { Check } from '../engine.ts';
import type { PostgresConnection } from './connect.ts';
import { asTargetError, sqlStateOf } from './error-class.ts';
import { migrateSchemaHere } from './migrate.ts';
import { qualifiedName, quoteIdentifier } from './quote.ts';
import { targetSchemaName, targetScripts } from './sql/scripts.ts';
import { replicaRoleRefused } from './write-session.ts';

/** The oldest major version that has everything the applier uses, such as pg_current_xact_id. */
const majorVersionMin = 13;

/** Finds out by trying what the migration needs on the target; everything tried is rolled back. */
export async function preflight(
  connection: PostgresConnection,
  migration: string,
  tables: readonly TablePlan[],
): Promise<Check[]> {
  const where = connection.place;
  const trials: readonly Trial[] = [
    { name: 'target-version', where, what: 'version', run: () => checkVersion(connection) },
    { name: 'target-encoding', where, what: 'encoding UTF8', run: () => checkEncoding(connection) },
    { name: 'target-writable', where, what: 'takes writes', run: () => checkWritable(connection) },
    {
      name: 'target-own-schema',
      where,
      what: `schema ${targetSchemaName} is there or can be made`,
      run: () => rolledBack(connection, () => migrateSchemaHere(connection, targetSchemaName, targetScripts)),
    },
    {
      name: 'target-replica-role',
      where,
      what: 'session_replication_role can be set',
      run: () => checkReplicaRole(connection),
    },
    ...[...new Set(tables.map((table) => table.target.schema))].map((schema) => ({
      name: 'target-create-table',
      where: schema,
      what: 'tables can be made in the schema',
      run: async () => rolledBack(connection, () => makeProbeTable(connection, schema)),
    })),
    ...tables.map((table) => ({
      name: 'target-table',
      where: table.id,
      what: `${table.target.schema}.${table.target.table} is free`,
      run: async () => checkTable(connection, migration, table),
    })),
  ];
  const checks: Check[] = [];
  for (const trial of trials) checks.push(await tryOut(trial));
  return checks;
}

interface Trial {
  readonly name: string;
  readonly where: string;
  /** What holds when the trial throws nothing. */
  readonly what: string;
  readonly run: () => Promise<void>;
}

async function tryOut(trial: Trial): Promise<Check> {
  const { name, where, what } = trial;
  try {
    await trial.run();
    return { name, severity: 'ok', where, what, remedy: '', code: null };
  } catch (thrown) {
    const error = asTargetError(thrown, `checking that ${what}`);
    // What may pass by itself says nothing about the target: the whole preflight is done again.
    if (error.isRetryable && error.code !== 'TARGET_READ_ONLY') throw error;
    return failedCheck(name, where, error);
  }
}

export function failedCheck(name: string, where: string, thrown: unknown): Check {
  const error = asCausewayError(thrown);
  return { name, severity: 'error', where, what: error.message, remedy: error.remedy, code: error.code };
}

async function checkVersion(connection: PostgresConnection): Promise<void> {
  const number = Number(await readOne(connection, `SELECT current_setting('server_version_num')`));
  const major = Math.floor(number / 10_000);
  if (major >= majorVersionMin) return;
  throw new CausewayError('TARGET_VERSION', `the target is PostgreSQL ${major}`, { facts: { major } });
}

async function checkEncoding(connection: PostgresConnection): Promise<void> {
  const encoding = await readOne(connection, `SELECT current_setting('server_encoding')`);
  if (encoding === 'UTF8') return;
  throw new CausewayError('TARGET_ENCODING', `the target database has encoding ${encoding}`, {
    facts: { encoding },
  });
}

async function checkWritable(connection: PostgresConnection): Promise<void> {
  const answer = await readOne(
    connection,
    `SELECT (pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on')::text`,
  );
  if (answer !== 'true') return;
  throw new CausewayError('TARGET_READ_ONLY', 'the target is a standby or takes no writes');
}

async function checkReplicaRole(connection: PostgresConnection): Promise<void> {
  try {
    await rolledBack(connection, async () => {
      await connection.query('SET LOCAL session_replication_role = replica');
    });
  } catch (error) {
    if (sqlStateOf(error) === '42501') throw replicaRoleRefused(connection.user, connection.place);
    throw error;
  }
}

async function makeProbeTable(connection: PostgresConnection, schema: string): Promise<void> {
  const found = await readOne(connection, 'SELECT to_regnamespace($1)::oid::text', [quoteIdentifier(schema)]);
  try {
    if (found === null) await connection.execute(`CREATE SCHEMA ${quoteIdentifier(schema)}`);
    await connection.execute(
      `CREATE TABLE ${qualifiedName(schema, 'causeway_preflight_probe')} (id bigint PRIMARY KEY)`,
    );
  } catch (error) {
    if (sqlStateOf(error) !== '42501') throw error;
    const right = found === null ? `CREATE on database ${connection.place}` : `CREATE on schema ${schema}`;
    throw new CausewayError('TARGET_PRIVILEGE', `${connection.user} lacks ${right}`, {
      facts: { user: connection.user, right },
    });
  }
}

async function checkTable(
  connection: PostgresConnection,
  migration: string,
  table: TablePlan,
): Promise<void> {
  const { schema, table: name } = table.target;
  const qualified = qualifiedName(schema, name);
  const oid = await readOne(connection, 'SELECT to_regclass($1)::oid::text', [qualified]);
  if (oid === null || (await isMadeByUs(connection, migration, oid))) return;
  const facts = { table: table.id, targetTable: `${schema}.${name}` };
  const row = await readOne(connection, `SELECT 1::text FROM ${qualified} LIMIT 1`);
  if (row === null) {
    throw new CausewayError('TARGET_TABLE_EXISTS', `${schema}.${name} is already there`, { facts });
  }
  throw new CausewayError('TARGET_TABLE_NOT_EMPTY', `${schema}.${name} is already there and has rows`, {
    facts,
  });
}

async function isMadeByUs(connection: PostgresConnection, migration: string, oid: string): Promise<boolean> {
  const record = await readOne(connection, `SELECT to_regclass('causeway.made_table')::text`);
  if (record === null) return false;
  const made = await readOne(
    connection,
    'SELECT 1::text FROM causeway.made_table WHERE migration = $1 AND table_oid = $2::oid',
    [migration, oid],
  );
  return made !== null;
}

async function readOne(
  connection: PostgresConnection,
  text: string,
  values: readonly string[] = [],
): Promise<string | null> {
  const result = await connection.query(text, values);
  return result.rows[0]?.[0] ?? null;
}

async function rolledBack(connection: PostgresConnection, work: () => Promise<void>): Promise<void> {
  await connection.query('BEGIN');
  try {
    await work();
  } finally {
    await connection.rollback();
  }
}
