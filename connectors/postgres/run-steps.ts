import { createHash } from 'node:crypto';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { PlanStep } from '../../schemas/migration-plan.ts';
import type { PostgresConnection } from './connect.ts';
import { asTargetError } from './error-class.ts';

export type OnStep = (step: PlanStep, state: 'skipped' | 'running' | 'done') => void;

/** While a step waits for its lock, everybody who comes later waits behind it: the applier and the readers too. */
export const stepLockTimeoutMs = 5_000;

interface RecordedStep {
  readonly sha256: string;
  readonly isDone: boolean;
}

/**
 * Runs the steps that have not run yet, in order. A transactional step and its record commit together. Any other is
 * recorded before and after: found half way, it is undone and run again, because PostgreSQL leaves an invalid index
 * behind when CREATE INDEX CONCURRENTLY is interrupted.
 */
export async function runSteps(
  connection: PostgresConnection,
  migration: string,
  steps: readonly PlanStep[],
  onStep: OnStep,
  signal: AbortSignal,
): Promise<void> {
  const stop = (): void => {
    connection.cancel().catch(() => {
      // The step then ends in its own time; it is safe either way.
    });
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const recorded = await lockAndReadRecorded(connection, migration);
    for (const step of steps) refuseDrift(step, recorded.get(step.id));
    for (const step of steps) {
      signal.throwIfAborted();
      const record = recorded.get(step.id);
      if (record?.isDone === true) {
        onStep(step, 'skipped');
        continue;
      }
      onStep(step, 'running');
      await runStep(connection, migration, step, record !== undefined, signal);
      onStep(step, 'done');
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function runStep(
  connection: PostgresConnection,
  migration: string,
  step: PlanStep,
  isHalfDone: boolean,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (step.isTransactional) await runInTransaction(connection, migration, step);
    else await runAlone(connection, migration, step, isHalfDone);
  } catch (error) {
    signal.throwIfAborted();
    throw asTargetError(error, `step ${step.id}`);
  }
}

async function runInTransaction(
  connection: PostgresConnection,
  migration: string,
  step: PlanStep,
): Promise<void> {
  await connection.transaction(async () => {
    await record(connection, migration, step, 'done');
    const before = await readTables(connection);
    await connection.execute(step.sql);
    await connection.query(
      `INSERT INTO causeway.made_table (migration, table_oid, schema_name, table_name)
       SELECT $1, c.oid, n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT c.oid = ANY ($2::oid[])
         AND c.xmin::text = (pg_current_xact_id()::xid)::text`,
      [migration, before],
    );
  });
}

/** Oids of all tables, as an array literal. */
async function readTables(connection: PostgresConnection): Promise<string> {
  const result = await connection.query(
    `SELECT coalesce(array_agg(oid), '{}')::text FROM pg_class WHERE relkind IN ('r', 'p')`,
  );
  return result.rows[0]?.[0] ?? '{}';
}

async function runAlone(
  connection: PostgresConnection,
  migration: string,
  step: PlanStep,
  isHalfDone: boolean,
): Promise<void> {
  // What must run alone waits for old transactions while it stops nobody; giving up would only begin it anew.
  await connection.query('SET lock_timeout = 0');
  if (isHalfDone) await connection.execute(step.undo);
  else await record(connection, migration, step, 'running');
  await connection.execute(step.sql);
  await connection.query(
    `UPDATE causeway.applied_step SET state = 'done', finished_at = clock_timestamp()
     WHERE migration = $1 AND step_id = $2`,
    [migration, step.id],
  );
  await connection.query(`SET lock_timeout = ${stepLockTimeoutMs}`);
}

async function record(
  connection: PostgresConnection,
  migration: string,
  step: PlanStep,
  state: 'running' | 'done',
): Promise<void> {
  await connection.query(
    `INSERT INTO causeway.applied_step (migration, step_id, sql_sha256, state, finished_at)
     VALUES ($1, $2, $3, $4, CASE WHEN $4 = 'done' THEN clock_timestamp() END)`,
    [migration, step.id, sha256(step.sql), state],
  );
}

/** The lock is held by the session: two processes never run the steps of one migration at once. */
async function lockAndReadRecorded(
  connection: PostgresConnection,
  migration: string,
): Promise<Map<string, RecordedStep>> {
  try {
    await connection.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [
      `causeway/steps/${migration}`,
    ]);
    return await readRecorded(connection, migration);
  } catch (error) {
    throw asTargetError(error, 'waiting for another process that runs the steps');
  }
}

async function readRecorded(
  connection: PostgresConnection,
  migration: string,
): Promise<Map<string, RecordedStep>> {
  const result = await connection.query(
    'SELECT step_id, sql_sha256, state FROM causeway.applied_step WHERE migration = $1',
    [migration],
  );
  return new Map(
    result.rows.map(([id, sha256, state]) => [id ?? '', { sha256: sha256 ?? '', isDone: state === 'done' }]),
  );
}

function refuseDrift(step: PlanStep, record: RecordedStep | undefined): void {
  if (record === undefined || record.sha256 === sha256(step.sql)) return;
  throw new CausewayError('STEP_DRIFT', `step ${step.id} has run on the target with other SQL`, {
    facts: { step: step.id, recordedSha256: record.sha256, plannedSha256: sha256(step.sql) },
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
