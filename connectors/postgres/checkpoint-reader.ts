import type { Checkpoint } from '../../schemas/checkpoint.ts';
import { checkpointColumns, readCheckpointRow } from './checkpoint-row.ts';
import { PostgresConnection } from './connect.ts';
import { asTargetError } from './error-class.ts';

/** A query of one row by its key; longer than this and something is stuck. */
const statementTimeoutMs = 5_000;

/** One connection that reads a migration's checkpoint many times a second. */
export class CheckpointReader {
  readonly #connection: PostgresConnection;
  readonly #migration: string;

  private constructor(connection: PostgresConnection, migration: string) {
    this.#connection = connection;
    this.#migration = migration;
  }

  static async open(url: string, migration: string): Promise<CheckpointReader> {
    const connection = await PostgresConnection.open(url, {
      applicationName: `causeway/${migration}/watch`,
      statementTimeoutMs,
      lockTimeoutMs: statementTimeoutMs,
      idleInTransactionTimeoutMs: statementTimeoutMs,
    });
    return new CheckpointReader(connection, migration);
  }

  async read(): Promise<Checkpoint | null> {
    try {
      const { rows } = await this.#connection.prepared(
        'watch_checkpoint',
        `SELECT ${checkpointColumns} FROM causeway.checkpoint WHERE migration = $1 AND direction = 'forward'`,
        [this.#migration],
      );
      return rows[0] === undefined ? null : readCheckpointRow(rows[0]);
    } catch (error) {
      throw asTargetError(error, 'reading the checkpoint');
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}
