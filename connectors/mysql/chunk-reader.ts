import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import { tableFingerprint } from '../../schemas/table-fingerprint.ts';
import { compileFromText } from '../../schemas/types/exact-from-text.ts';
import type { ExactRow } from '../../schemas/types/value-kind.ts';
import type { ChunkRange, ChunkReader, KeyBound } from '../engine.ts';
import { readTableShape } from './catalogue.ts';
import { keyColumns, type KeyColumn } from './key-column.ts';
import { lostBoundQuery, rangeCondition } from './key-range.ts';
import type { MysqlAddress } from './mysql-url.ts';
import { qualifiedName, quoteIdentifier } from './quote.ts';
import { readExpression } from './read-expression.ts';
import { MysqlSession } from './session.ts';
import { textAt } from './text-row.ts';

/** Rows of one batch: enough to keep COPY busy, few enough to stay small beside the rest of the process. */
const batchLimits = { rowsMax: 2000, bytesMax: 4 * 1024 * 1024 };

/** How one table is read: built once, used for each of its chunks. */
interface TableReading {
  readonly from: string;
  readonly key: readonly KeyColumn[];
  readonly selectKey: string;
  readonly orderByKey: string;
  readonly selectRow: string;
  readonly convert: readonly ((text: string | null) => string | null)[];
}

/** Reads chunks over one connection, which is opened again after it was lost or given up. */
export class MysqlChunkReader implements ChunkReader {
  readonly #address: MysqlAddress;
  readonly #readings = new Map<TablePlan, TableReading>();
  #session: MysqlSession | null = null;

  constructor(address: MysqlAddress) {
    this.#address = address;
  }

  async findChunkEnd(table: TablePlan, after: KeyBound | null, rows: number): Promise<KeyBound | null> {
    const { from, key, selectKey, orderByKey } = this.#reading(table);
    const session = await this.#open();
    const condition = rangeCondition(key, { after, upTo: null });
    const [row] = await session.query(
      `SELECT ${selectKey} FROM ${from} WHERE ${condition.sql} ORDER BY ${orderByKey} LIMIT 1 OFFSET ?`,
      [...condition.values, Math.max(1, rows) - 1],
      `looking for the end of a chunk of ${table.id}`,
    );
    if (row === undefined) return null;
    const bound = key.map((_column, position) => textAt(row, position));
    await assertUsable(session, table, key, bound);
    return bound;
  }

  async schemaFingerprint(table: TablePlan): Promise<string> {
    const session = await this.#open();
    return tableFingerprint(
      await readTableShape(session, { database: table.source.database, name: table.source.table }),
    );
  }

  async *readChunk(
    table: TablePlan,
    range: ChunkRange,
    signal: AbortSignal,
  ): AsyncGenerator<readonly ExactRow[]> {
    const { from, key, selectRow, convert } = this.#reading(table);
    const session = await this.#open();
    const condition = rangeCondition(key, range);
    const sql = `SELECT ${selectRow} FROM ${from} WHERE ${condition.sql}`;
    const batches = session.stream(sql, condition.values, batchLimits, signal, `reading ${table.id}`);
    for await (const batch of batches) {
      yield batch.map((row) => convert.map((column, position) => column(row[position] ?? null)));
    }
  }

  async close(): Promise<void> {
    await this.#session?.close();
    this.#session = null;
  }

  async #open(): Promise<MysqlSession> {
    if (this.#session?.isOpen === true) return this.#session;
    this.#session = await MysqlSession.open(this.#address);
    return this.#session;
  }

  #reading(table: TablePlan): TableReading {
    const known = this.#readings.get(table);
    if (known !== undefined) return known;
    const made = readingOf(table);
    this.#readings.set(table, made);
    return made;
  }
}

function readingOf(table: TablePlan): TableReading {
  const { columns, index } = keyColumns(table);
  const hint = index === null ? '' : ` FORCE INDEX (${quoteIdentifier(index.name)})`;
  return {
    from: `${qualifiedName(table.source.database, table.source.table)}${hint}`,
    key: columns,
    selectKey: columns.map((column) => column.readSql).join(', '),
    orderByKey: columns
      .map((column) => `${quoteIdentifier(column.name)}${column.isDescending ? ' DESC' : ''}`)
      .join(', '),
    selectRow: table.columns.map((column) => readExpression(column)).join(', '),
    convert: table.columns.map((column) => compileFromText(column, table.id)),
  };
}

/** A bound that the server cannot read back would silently leave rows out of every range. */
async function assertUsable(
  session: MysqlSession,
  table: TablePlan,
  key: readonly KeyColumn[],
  bound: KeyBound,
): Promise<void> {
  const query = lostBoundQuery(key, bound);
  const [row] = await session.query(query.sql, query.values, `checking a bound of ${table.id}`);
  if (textAt(row, 0) === '0') return;
  throw new CausewayError(
    'CHUNK_KEY_UNSUPPORTED',
    `${table.id} has a key that the server does not read back as a constant`,
    { facts: { table: table.id, key: key.map((column) => column.name) } },
  );
}
