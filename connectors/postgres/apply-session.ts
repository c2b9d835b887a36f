import type { Checkpoint, CheckpointAdvance } from '../../schemas/checkpoint.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import type { ExactRow } from '../../schemas/types/value-kind.ts';
import type { ApplySession, TableChanges } from '../engine.ts';
import { encodeColumnArray } from './array-literal.ts';
import { advanceValues, checkpointColumns, readCheckpointRow } from './checkpoint-row.ts';
import type { PostgresConnection } from './connect.ts';
import { asTargetError } from './error-class.ts';
import { noSessionFaults, type SessionFaults } from './session-faults.ts';
import { writeStatements, type WriteStatements } from './write-statements.ts';
import { openWriteSession } from './write-session.ts';

export interface ApplySessionOptions {
  readonly url: string;
  readonly migration: string;
  readonly tables: readonly TablePlan[];
  readonly faults?: SessionFaults;
}

/**
 * Every statement finds its rows by primary key. Generic plans are made once per statement, and cannot be led astray by
 * statistics of a table that was empty a moment ago; the switched-off plans would read whole tables for a few keys.
 */
const plannerSettings = [
  'SET plan_cache_mode = force_generic_plan',
  'SET enable_seqscan = off',
  'SET enable_hashjoin = off',
  'SET enable_mergejoin = off',
  'SET jit = off',
];

/** Statements on the wire at once; each carries the arrays of one group's rows of one table. */
const statementsInFlightMax = 8;
/** With more characters than this on the wire, the one statement before is waited for: rows may be of many megabytes. */
const charsInFlightMax = 16 * 1024 * 1024;

interface StatementInFlight {
  readonly settled: Promise<void>;
  readonly chars: number;
}

/**
 * The applier's connection. Statements are pipelined: a transaction costs two round trips, whatever the number of tables.
 * A failure therefore shows at a later call of the same transaction, at the latest in commit, and always as the first
 * one that happened.
 */
export class PostgresApplySession implements ApplySession {
  readonly #connection: PostgresConnection;
  readonly #migration: string;
  readonly #faults: SessionFaults;
  readonly #statements: ReadonlyMap<string, { readonly name: string; readonly text: WriteStatements }>;
  readonly #inFlight: StatementInFlight[] = [];
  #charsInFlight = 0;
  #firstFailure: CausewayError | null = null;
  /** The checkpoint as this session last saw or wrote it; null until takeOver. */
  #owned: { readonly term: bigint; readonly nextOffset: bigint } | null = null;

  private constructor(connection: PostgresConnection, options: ApplySessionOptions) {
    this.#connection = connection;
    this.#migration = options.migration;
    this.#faults = options.faults ?? noSessionFaults;
    this.#statements = new Map(
      options.tables.map((table, at) => [table.id, { name: `t${at}`, text: writeStatements(table) }]),
    );
  }

  static async open(options: ApplySessionOptions): Promise<PostgresApplySession> {
    const connection = await openWriteSession({ ...options, part: 'apply', pipeline: true });
    try {
      await connection.execute(plannerSettings.join(';'));
    } catch (error) {
      await connection.close();
      throw asTargetError(error, 'setting up the session');
    }
    return new PostgresApplySession(connection, options);
  }

  async takeOver(): Promise<Checkpoint> {
    const result = await this.#ask(
      `UPDATE causeway.checkpoint SET term = term + 1, updated_at = clock_timestamp()
       WHERE migration = $1 AND direction = 'forward' RETURNING ${checkpointColumns}`,
      [this.#migration],
      'taking the log over',
    );
    const row = result.rows[0];
    if (row === undefined) {
      throw new CausewayError('CHECKPOINT_MISSING', `there is no checkpoint on ${this.#connection.place}`);
    }
    const checkpoint = readCheckpointRow(row);
    this.#owned = { term: checkpoint.term, nextOffset: checkpoint.nextOffset };
    return checkpoint;
  }

  async begin(): Promise<void> {
    this.#firstFailure = null;
    await this.#send(this.#connection.query('BEGIN'), 'beginning a transaction');
  }

  async write(table: TablePlan, changes: TableChanges): Promise<void> {
    const { name, text } = this.#statementsOf(table);
    if (changes.deletes.length > 0) {
      const keys = columnArrays(changes.deletes, table.key.length);
      const sent = this.#connection.prepared(`${name}d`, text.deleteByKey, keys);
      await this.#send(sent, `deleting ${table.id}`, charsOf(keys));
    }
    if (changes.upserts.length > 0) {
      const columns = columnArrays(changes.upserts, table.columns.length);
      const sent = this.#connection.prepared(`${name}u`, text.upsert, columns);
      await this.#send(sent, `writing ${table.id}`, charsOf(columns));
    }
  }

  async truncate(table: TablePlan): Promise<void> {
    await this.#send(
      this.#connection.query(this.#statementsOf(table).text.deleteAll),
      `emptying ${table.id}`,
    );
  }

  async commit(advance: CheckpointAdvance): Promise<void> {
    if (this.#faults.isBroken('apply.checkpoint-in-transaction')) {
      await this.#drain();
      await this.#finish();
    }
    const moved = this.#moveCheckpoint(advance);
    await this.#send(
      moved.then(() => undefined),
      'moving the checkpoint',
    );
    await this.#drain();
    if ((await moved) !== 1) {
      await this.rollback();
      throw this.#fenced(advance);
    }
    if (!this.#faults.isBroken('apply.checkpoint-in-transaction')) await this.#finish();
    if (this.#owned !== null) this.#owned = { term: this.#owned.term, nextOffset: advance.nextOffset };
  }

  async rollback(): Promise<void> {
    await this.#settle();
    this.#firstFailure = null;
    await this.#connection.rollback();
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #statementsOf(table: TablePlan): { readonly name: string; readonly text: WriteStatements } {
    const statements = this.#statements.get(table.id);
    if (statements === undefined) throw new RangeError(`the session was not opened for table ${table.id}`);
    return statements;
  }

  /** Number of checkpoints moved: 1, or 0 when the log is another's. */
  async #moveCheckpoint(advance: CheckpointAdvance): Promise<number> {
    if (this.#owned === null) throw new RangeError('commit before takeOver');
    const guard = this.#faults.isBroken('apply.fencing')
      ? '$7::bigint IS NOT NULL AND $8::bigint IS NOT NULL'
      : 'term = $7::bigint AND next_offset = $8::bigint';
    const result = await this.#connection.prepared(
      'checkpoint',
      `UPDATE causeway.checkpoint SET next_offset = $2::bigint, last_record_sha256 = $3, assembler = $4::jsonb,
         source_commit_ms = $5::bigint, marker = $6::bigint, updated_at = clock_timestamp()
       WHERE migration = $1 AND direction = 'forward' AND ${guard}`,
      [
        this.#migration,
        ...advanceValues(advance),
        this.#owned.term.toString(),
        this.#owned.nextOffset.toString(),
      ],
    );
    return result.rowCount ?? 0;
  }

  async #finish(): Promise<void> {
    try {
      await this.#connection.commit();
    } catch (error) {
      throw asTargetError(error, 'committing');
    }
  }

  #fenced(advance: CheckpointAdvance): CausewayError {
    const term = this.#owned?.term ?? null;
    const expected = this.#owned?.nextOffset ?? null;
    return new CausewayError(
      'APPLY_FENCED',
      `the checkpoint is not at term ${term}, offset ${expected} any more: another applier has taken the log over`,
      { facts: { term, expectedOffset: expected, nextOffset: advance.nextOffset } },
    );
  }

  /** Leaves the statement on its way, unless too many are. */
  async #send(statement: Promise<unknown>, doing: string, chars = 0): Promise<void> {
    const settled = statement.then(
      () => undefined,
      (error: unknown) => {
        // What follows a failure in the same transaction fails because of it.
        this.#firstFailure ??= asTargetError(error, doing);
      },
    );
    this.#inFlight.push({ settled, chars });
    this.#charsInFlight += chars;
    while (this.#isWireFull()) await this.#settleFirst();
    if (this.#firstFailure !== null) throw this.#firstFailure;
  }

  #isWireFull(): boolean {
    const { length } = this.#inFlight;
    return length >= statementsInFlightMax || (length > 1 && this.#charsInFlight > charsInFlightMax);
  }

  async #settleFirst(): Promise<void> {
    const first = this.#inFlight.shift();
    if (first === undefined) return;
    await first.settled;
    this.#charsInFlight -= first.chars;
  }

  async #settle(): Promise<void> {
    while (this.#inFlight.length > 0) await this.#settleFirst();
  }

  async #drain(): Promise<void> {
    await this.#settle();
    if (this.#firstFailure !== null) throw this.#firstFailure;
  }

  async #ask(
    text: string,
    values: readonly string[],
    doing: string,
  ): ReturnType<PostgresConnection['query']> {
    await this.#drain();
    try {
      return await this.#connection.query(text, values);
    } catch (error) {
      throw asTargetError(error, doing);
    }
  }
}

function columnArrays(rows: readonly ExactRow[], count: number): string[] {
  return Array.from({ length: count }, (_, column) => encodeColumnArray(rows, column));
}

function charsOf(arrays: readonly string[]): number {
  return arrays.reduce((chars, array) => chars + array.length, 0);
}
