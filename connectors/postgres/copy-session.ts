import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import type { ExactRow } from '../../schemas/types/value-kind.ts';
import type { ChunkRange, ChunkToCopy, CopySession, PlannedChunk } from '../engine.ts';
import type { PostgresConnection } from './connect.ts';
import { copyIn } from './copy-in.ts';
import { asTargetError } from './error-class.ts';
import { readBound, writeBound } from './ledger-row.ts';
import { qualifiedName, quoteIdentifier } from './quote.ts';
import { noSessionFaults, type SessionFaults } from './session-faults.ts';
import { openWriteSession } from './write-session.ts';

export interface CopySessionOptions {
  readonly url: string;
  readonly migration: string;
  readonly faults?: SessionFaults;
}

interface CopyOutcome {
  readonly rows: number;
  readonly bytes: number;
  readonly wasPresent: boolean;
}

/** One backfill connection: chunk and ledger row commit together, so a chunk is there once or not at all. */
export class PostgresCopySession implements CopySession {
  readonly #connection: PostgresConnection;
  readonly #migration: string;
  readonly #faults: SessionFaults;

  private constructor(connection: PostgresConnection, options: CopySessionOptions) {
    this.#connection = connection;
    this.#migration = options.migration;
    this.#faults = options.faults ?? noSessionFaults;
  }

  static async open(options: CopySessionOptions): Promise<PostgresCopySession> {
    const connection = await openWriteSession({ ...options, part: 'backfill', pipeline: false });
    return new PostgresCopySession(connection, options);
  }

  async planChunk(table: TablePlan, planned: PlannedChunk): Promise<ChunkRange> {
    const doing = `planning chunk ${planned.chunk} of ${table.id}`;
    const result = await this.#ask(
      doing,
      // The range of a chunk that is there stays; the update that changes nothing makes RETURNING answer in both cases.
      `INSERT INTO causeway.backfill_chunk AS held (migration, table_id, chunk, range_after, range_up_to, state)
       VALUES ($1, $2, $3::int, $4::jsonb, $5::jsonb, 'planned')
       ON CONFLICT (migration, table_id, chunk) DO UPDATE SET chunk = held.chunk
       RETURNING range_after, range_up_to`,
      [
        this.#migration,
        table.id,
        String(planned.chunk),
        writeBound(planned.range.after),
        writeBound(planned.range.upTo),
      ],
    );
    const [after, upTo] = result.rows[0] ?? [];
    return { after: readBound(after ?? null), upTo: readBound(upTo ?? null) };
  }

  async copyChunk(
    chunk: ChunkToCopy,
    rows: AsyncIterable<readonly ExactRow[]>,
    confirm: () => Promise<void>,
  ): Promise<CopyOutcome> {
    const doing = `copying chunk ${chunk.chunk} of ${chunk.table.id}`;
    const caller = new CallerFailure();
    try {
      return await this.#connection.transaction(async () => {
        if (await this.#isCopied(chunk)) return { rows: 0, bytes: 0, wasPresent: true };
        const copied = await copyIn(this.#connection, copyStatement(chunk.table), caller.watchRows(rows));
        await caller.watch(confirm);
        if (this.#faults.isBroken('backfill.ledger-in-transaction')) {
          await this.#connection.commit();
          await this.#connection.query('BEGIN');
        }
        await this.#faults.reach('backfill.before-ledger');
        await this.#mark(chunk, copied);
        await this.#faults.reach('backfill.before-commit');
        return { ...copied, wasPresent: false };
      });
    } catch (error) {
      if (caller.isOf(error)) throw error;
      throw asTargetError(error, doing);
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** Locks the chunk's ledger row until the transaction ends: a second session that copies the same chunk waits here. */
  async #isCopied(chunk: ChunkToCopy): Promise<boolean> {
    const result = await this.#connection.query(
      `SELECT state FROM causeway.backfill_chunk
       WHERE migration = $1 AND table_id = $2 AND chunk = $3::int FOR UPDATE`,
      [this.#migration, chunk.table.id, String(chunk.chunk)],
    );
    const state = result.rows[0]?.[0];
    if (state === undefined || state === null) {
      throw new CausewayError(
        'CHUNK_NOT_PLANNED',
        `the ledger has no chunk ${chunk.chunk} of ${chunk.table.id}`,
        { facts: { table: chunk.table.id, chunk: chunk.chunk } },
      );
    }
    return state === 'copied';
  }

  async #mark(chunk: ChunkToCopy, copied: { readonly rows: number; readonly bytes: number }): Promise<void> {
    await this.#connection.query(
      `UPDATE causeway.backfill_chunk
       SET state = 'copied', row_count = $4::bigint, byte_count = $5::bigint, copied_at = clock_timestamp()
       WHERE migration = $1 AND table_id = $2 AND chunk = $3::int`,
      [this.#migration, chunk.table.id, String(chunk.chunk), String(copied.rows), String(copied.bytes)],
    );
  }

  async #ask(
    doing: string,
    text: string,
    values: readonly (string | null)[],
  ): ReturnType<PostgresConnection['query']> {
    try {
      return await this.#connection.query(text, values);
    } catch (error) {
      throw asTargetError(error, doing);
    }
  }
}

/** Tells what the caller's rows and confirm threw, which is passed on as it is, from what the target threw. */
class CallerFailure {
  readonly #thrown = new Set<unknown>();

  isOf(error: unknown): boolean {
    return this.#thrown.has(error);
  }

  async watch(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#thrown.add(error);
      throw error;
    }
  }

  async *watchRows(rows: AsyncIterable<readonly ExactRow[]>): AsyncGenerator<readonly ExactRow[]> {
    try {
      yield* rows;
    } catch (error) {
      this.#thrown.add(error);
      throw error;
    }
  }
}

/** The columns of a COPY need no cast: the text form is what each type reads. */
function copyStatement(table: TablePlan): string {
  const columns = table.columns.map((column) => quoteIdentifier(column.target.name)).join(', ');
  return `COPY ${qualifiedName(table.target.schema, table.target.table)} (${columns}) FROM STDIN`;
}
