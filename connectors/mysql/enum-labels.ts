import { CausewayError, asCausewayError } from '../../schemas/errors/causeway-error.ts';
import type { SourceColumn } from '../../schemas/source-table.ts';
import { qualifiedName, quoteIdentifier } from './quote.ts';
import type { MysqlSession } from './session.ts';
import { textAt } from './text-row.ts';

/** The labels in `enum('a','b''c')` or `set(...)` as the catalogue prints it. */
export function parseLabels(columnType: string): string[] {
  const quoted = columnType.slice(columnType.indexOf('(')).matchAll(/'((?:[^']|'')*)'/gsu);
  return [...quoted].map((match) => (match[1] ?? '').replaceAll("''", "'"));
}

/**
 * The catalogue prints characters beyond the basic plane as `?` and escapes backslashes, so a label with either is not
 * known from it. Such labels are read as values instead.
 */
export async function withExactLabels(
  session: MysqlSession,
  table: { readonly database: string; readonly name: string },
  columns: readonly SourceColumn[],
): Promise<SourceColumn[]> {
  const exact: SourceColumn[] = [];
  for (const column of columns) {
    const isDoubtful = column.labels.some((label) => /[?\\]/u.test(label));
    exact.push(isDoubtful ? { ...column, labels: await readLabels(session, table, column) } : column);
  }
  return exact;
}

/** An empty temporary table with the same column takes each label by its number and gives it back as its bytes. */
async function readLabels(
  session: MysqlSession,
  table: { readonly database: string; readonly name: string },
  column: SourceColumn,
): Promise<string[]> {
  const where = `${table.database}.${table.name}.${column.name}`;
  const probe = qualifiedName(table.database, 'causeway_labels');
  const name = quoteIdentifier(column.name);
  const source = qualifiedName(table.database, table.name);
  const doing = `reading the labels of ${where}`;
  try {
    await session.query(`CREATE TEMPORARY TABLE ${probe} SELECT ${name} FROM ${source} LIMIT 0`, [], doing);
    try {
      return await readThrough(session, probe, name, column, doing);
    } finally {
      await session.query(`DROP TEMPORARY TABLE ${probe}`, [], doing);
    }
  } catch (error) {
    const cause = asCausewayError(error);
    if (cause.code !== 'SOURCE_ACCESS_DENIED') throw cause;
    throw new CausewayError(
      'ENUM_LABEL_UNREADABLE',
      `the labels of ${where} cannot be read exactly without CREATE TEMPORARY TABLES on ${table.database}`,
      { cause, facts: { column: where } },
    );
  }
}

async function readThrough(
  session: MysqlSession,
  probe: string,
  name: string,
  column: SourceColumn,
  doing: string,
): Promise<string[]> {
  const labels: string[] = [];
  for (const index of column.labels.keys()) {
    // ENUM counts its labels from 1, SET gives each a bit.
    const number = column.dataType === 'set' ? 1n << BigInt(index) : BigInt(index + 1);
    await session.query(`DELETE FROM ${probe}`, [], doing);
    await session.query(`INSERT INTO ${probe} (${name}) VALUES (${number})`, [], doing);
    const rows = await session.query(`SELECT HEX(CONVERT(${name} USING utf8mb4)) FROM ${probe}`, [], doing);
    labels.push(Buffer.from(textAt(rows[0], 0), 'hex').toString('utf8'));
  }
  return labels;
}
