import type { Checkpoint } from '../../schemas/checkpoint.ts';
import { asCausewayError, CausewayError } from '../../schemas/errors/causeway-error.ts';
import { freshAssemblerState } from '../../schemas/log-item.ts';
import type { PlanStep, TablePlan } from '../../schemas/migration-plan.ts';
import type { ApplySession, Check, CopySession, LedgerTable, TargetEngine } from '../engine.ts';
import { PostgresApplySession } from './apply-session.ts';
import { checkpointColumns, readCheckpointRow } from './checkpoint-row.ts';
import { PostgresConnection } from './connect.ts';
import { PostgresCopySession } from './copy-session.ts';
import { asTargetError } from './error-class.ts';
import { migrateSchema } from './migrate.ts';
import { failedCheck, preflight } from './preflight.ts';
import { readLedger } from './read-ledger.ts';
import { runSteps, stepLockTimeoutMs, type OnStep } from './run-steps.ts';
import type { SessionFaults } from './session-faults.ts';
import { targetSchemaName, targetScripts } from './sql/scripts.ts';

export interface PostgresTargetOptions {
  readonly url: string;
  /** For application_name, and for telling this migration's tables from others. */
  readonly migration: string;
  readonly faults?: SessionFaults;
}

/** Reading a checkpoint or a ledger takes milliseconds; longer than this means that something is stuck. */
const shortStatementTimeoutMs = 30_000;
const idleInTransactionTimeoutMs = 60_000;

/** PostgreSQL as a target. */
export class PostgresTarget implements TargetEngine {
  readonly #options: PostgresTargetOptions;

  constructor(options: PostgresTargetOptions) {
    this.#options = options;
  }

  async preflight(tables: readonly TablePlan[]): Promise<Check[]> {
    let connection: PostgresConnection;
    try {
      connection = await this.#open('preflight', shortStatementTimeoutMs);
    } catch (error) {
      if (asCausewayError(error).isRetryable) throw error;
      return [failedCheck('target-connection', 'target', error)];
    }
    return closing(connection, 'checking the target', () =>
      preflight(connection, this.#options.migration, tables),
    );
  }

  async prepare(): Promise<void> {
    await this.#with('prepare', "making Causeway's schema", (connection) =>
      migrateSchema(connection, targetSchemaName, targetScripts),
    );
  }

  async runSteps(
    migration: string,
    steps: readonly PlanStep[],
    onStep: OnStep,
    signal: AbortSignal,
  ): Promise<void> {
    // An index of a large table takes as long as it takes.
    const connection = await this.#open('steps', 0);
    try {
      await runSteps(connection, migration, steps, onStep, signal);
    } finally {
      await connection.close();
    }
  }

  async ensureCheckpoint(migration: string, topic: string): Promise<void> {
    await this.#with('checkpoint', 'making the checkpoint', async (connection) => {
      const result = await connection.query(
        // The update that changes nothing makes RETURNING answer for a row that is there.
        `INSERT INTO causeway.checkpoint AS held (migration, direction, term, topic, next_offset, assembler)
         VALUES ($1, 'forward', 0, $2, 0, $3::jsonb)
         ON CONFLICT (migration, direction) DO UPDATE SET topic = held.topic
         RETURNING topic`,
        [migration, topic, JSON.stringify(freshAssemblerState)],
      );
      const held = result.rows[0]?.[0];
      if (held === topic) return;
      throw new CausewayError('CHECKPOINT_TOPIC', `the checkpoint is of ${held}, the log is ${topic}`, {
        facts: { checkpointTopic: held ?? null, topic },
      });
    });
  }

  async readCheckpoint(migration: string): Promise<Checkpoint | null> {
    return this.#with('checkpoint', 'reading the checkpoint', (connection) =>
      readCheckpoint(connection, migration),
    );
  }

  async openApplySession(migration: string, tables: readonly TablePlan[]): Promise<ApplySession> {
    return PostgresApplySession.open({ ...this.#options, migration, tables });
  }

  async openCopySession(migration: string): Promise<CopySession> {
    return PostgresCopySession.open({ ...this.#options, migration });
  }

  async readLedger(migration: string): Promise<LedgerTable[]> {
    return this.#with('ledger', 'reading the ledger', (connection) => readLedger(connection, migration));
  }

  async #with<T>(
    part: string,
    doing: string,
    work: (connection: PostgresConnection) => Promise<T>,
  ): Promise<T> {
    const connection = await this.#open(part, shortStatementTimeoutMs);
    return closing(connection, doing, () => work(connection));
  }

  async #open(part: string, statementTimeoutMs: number): Promise<PostgresConnection> {
    return PostgresConnection.open(this.#options.url, {
      applicationName: `causeway/${this.#options.migration}/${part}`,
      statementTimeoutMs,
      lockTimeoutMs: stepLockTimeoutMs,
      idleInTransactionTimeoutMs,
    });
  }
}

async function closing<T>(connection: PostgresConnection, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asTargetError(error, doing);
  } finally {
    await connection.close();
  }
}

async function readCheckpoint(connection: PostgresConnection, migration: string): Promise<Checkpoint | null> {
  const result = await connection.query(
    `SELECT ${checkpointColumns} FROM causeway.checkpoint WHERE migration = $1 AND direction = 'forward'`,
    [migration],
  );
  const row = result.rows[0];
  return row === undefined ? null : readCheckpointRow(row);
}
