import { createHash } from 'node:crypto';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { helperDatabase, markerTable, nullProbeColumns } from '../../schemas/marker-table.ts';
import type { MarkerWriter } from '../engine.ts';
import { qualifiedName, quoteIdentifier } from './quote.ts';
import type { MysqlSession } from './session.ts';
import { textAt } from './text-row.ts';

const marker = qualifiedName(helperDatabase, markerTable);

/**
 * A writer writes every second or so. A machine that vanishes without closing its connection would else keep the lock for
 * as long as the server's own time-out lets it, which is eight hours, and no other writer could begin.
 */
const idleSecondsMax = 30;

/**
 * Makes helper database and marker table when they are missing. Nothing is sent when they are there: even a CREATE that
 * changes nothing is logged, and the log's readers take DDL of a captured table as a change.
 */
export async function ensureMarkerTable(session: MysqlSession): Promise<void> {
  const doing = `making the helper table ${helperDatabase}.${markerTable}`;
  const [found] = await session.query(
    'SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?',
    [helperDatabase, markerTable],
    doing,
  );
  if (textAt(found, 0) !== '0') return;
  await session.query(`CREATE DATABASE IF NOT EXISTS ${quoteIdentifier(helperDatabase)}`, [], doing);
  await session.query(
    `CREATE TABLE IF NOT EXISTS ${marker} (
       migration varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
       n bigint NOT NULL,
       null_int int NULL DEFAULT 5,
       null_text varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL DEFAULT 'default',
       null_at timestamp(6) NULL DEFAULT CURRENT_TIMESTAMP(6)
     ) ENGINE = InnoDB COMMENT = 'Position markers of Causeway migrations'`,
    [],
    doing,
  );
}

/** Makes the row of a migration when it is missing; an existing one keeps its number. */
export async function ensureMarkerRow(session: MysqlSession, migration: string): Promise<void> {
  const names = nullProbeColumns.map((column) => quoteIdentifier(column)).join(', ');
  const nulls = nullProbeColumns.map(() => 'NULL').join(', ');
  await session.query(
    `INSERT INTO ${marker} (migration, n, ${names})
     SELECT ?, 0, ${nulls} FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM ${marker} WHERE migration = ?)`,
    [migration, migration],
    `making the marker row of ${migration}`,
  );
}

/** Writes markers over one session, one after the other. The session's named lock keeps every other writer out. */
export class MysqlMarkerWriter implements MarkerWriter {
  readonly #session: MysqlSession;
  readonly #migration: string;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(session: MysqlSession, migration: string) {
    this.#session = session;
    this.#migration = migration;
  }

  /** Takes the session over: it is closed with the writer, and at once when the writer cannot be made. */
  static async open(session: MysqlSession, migration: string): Promise<MysqlMarkerWriter> {
    try {
      await session.query(
        `SET SESSION wait_timeout = ${idleSecondsMax}`,
        [],
        'setting up the marker session',
      );
      await takeLock(session, migration);
      await ensureMarkerTable(session);
      await ensureMarkerRow(session, migration);
    } catch (error) {
      session.destroy();
      throw error;
    }
    return new MysqlMarkerWriter(session, migration);
  }

  write(): Promise<bigint> {
    // Statement and answer of one marker stay together on the session, however many callers there are.
    const written = this.#last.then(() => this.#write());
    this.#last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#session.close();
  }

  async #write(): Promise<bigint> {
    const doing = `writing a marker of ${this.#migration}`;
    const nulls = nullProbeColumns.map((column) => `${quoteIdentifier(column)} = NULL`).join(', ');
    // In autocommit the answer to the UPDATE is the answer to its COMMIT.
    await this.#session.query(
      `UPDATE ${marker} SET n = LAST_INSERT_ID(n + 1), ${nulls} WHERE migration = ?`,
      [this.#migration],
      doing,
    );
    const [row] = await this.#session.query('SELECT ROW_COUNT(), LAST_INSERT_ID()', [], doing);
    if (textAt(row, 0) !== '1') {
      throw new CausewayError(
        'SOURCE_OBJECT_MISSING',
        `the marker row of ${this.#migration} is gone from ${helperDatabase}.${markerTable}`,
        {
          remedy:
            'The log can no longer be shown to be without gaps. Start the migration anew, and keep other tools away from the helper database.',
        },
      );
    }
    return BigInt(textAt(row, 1));
  }
}

async function takeLock(session: MysqlSession, migration: string): Promise<void> {
  const [row] = await session.query(
    'SELECT GET_LOCK(?, 0)',
    [lockName(migration)],
    `taking the marker lock of ${migration}`,
  );
  if (textAt(row, 0) === '1') return;
  throw new CausewayError('MARKER_LOCK_HELD', `another session writes the markers of ${migration}`, {
    facts: { migration },
  });
}

/** MySQL takes lock names of at most 64 characters. */
function lockName(migration: string): string {
  const name = `causeway:${migration}`;
  if (name.length <= 64) return name;
  return `causeway:${createHash('sha256').update(migration).digest('hex').slice(0, 48)}`;
}
