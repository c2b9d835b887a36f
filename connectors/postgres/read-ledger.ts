import type { LedgerTable, PlannedChunk } from '../engine.ts';
import type { PostgresConnection } from './connect.ts';
import { readBound } from './ledger-row.ts';

/** What the ledger says of each table of the migration of which something was planned. */
export async function readLedger(connection: PostgresConnection, migration: string): Promise<LedgerTable[]> {
  // One statement: all of it is of one moment.
  const result = await connection.query(
    `WITH totals AS (
       SELECT table_id, max(chunk) AS last_chunk, count(*) FILTER (WHERE state = 'copied') AS chunks,
              coalesce(sum(row_count), 0) AS row_count, coalesce(sum(byte_count), 0) AS byte_count
       FROM causeway.backfill_chunk WHERE migration = $1 GROUP BY table_id
     )
     SELECT t.table_id, t.chunks, t.row_count, t.byte_count, c.chunk, c.range_after, c.range_up_to, c.state,
            (c.chunk = t.last_chunk)::text
     FROM totals AS t
     JOIN causeway.backfill_chunk AS c ON c.migration = $1 AND c.table_id = t.table_id
      AND (c.chunk = t.last_chunk OR c.state = 'planned')
     ORDER BY t.table_id, c.chunk`,
    [migration],
  );
  const tables = new Map<string, LedgerRow[]>();
  for (const row of result.rows) {
    const parsed = parseRow(row);
    const rows = tables.get(parsed.table) ?? [];
    rows.push(parsed);
    tables.set(parsed.table, rows);
  }
  return [...tables.values()].map(summarise);
}

interface LedgerRow {
  readonly table: string;
  readonly chunks: number;
  readonly rows: bigint;
  readonly bytes: bigint;
  readonly planned: PlannedChunk;
  readonly isCopied: boolean;
  readonly isLast: boolean;
}

function parseRow(row: readonly (string | null)[]): LedgerRow {
  const [table, chunks, rows, bytes, chunk, after, upTo, state, isLast] = row;
  return {
    table: table ?? '',
    chunks: Number(chunks),
    rows: BigInt(rows ?? '0'),
    bytes: BigInt(bytes ?? '0'),
    planned: {
      chunk: Number(chunk),
      range: { after: readBound(after ?? null), upTo: readBound(upTo ?? null) },
    },
    isCopied: state === 'copied',
    isLast: isLast === 'true',
  };
}

function summarise(rows: readonly LedgerRow[]): LedgerTable {
  const last = rows.find(({ isLast }) => isLast);
  if (last === undefined) throw new RangeError('a table of the ledger has no last chunk');
  const pending = rows.filter(({ isCopied }) => !isCopied).map(({ planned }) => planned);
  return {
    table: last.table,
    chunks: last.chunks,
    rows: last.rows,
    bytes: last.bytes,
    pending,
    lastPlanned: last.planned,
    isComplete: last.planned.range.upTo === null && pending.length === 0,
  };
}
