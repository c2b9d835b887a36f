import { CausewayError } from '../errors/causeway-error.ts';
import type { RowRecord } from '../log-item.ts';
import { nullProbeColumns } from '../marker-table.ts';
import { logGap } from './log-gap.ts';

/** Which rows are the markers of a migration. */
export interface MarkerIdentity {
  readonly database: string;
  readonly table: string;
  readonly migration: string;
}

/** The marker's number when the row is a marker of this migration, null when it is any other row of the helper database. */
export function readMarker(row: RowRecord, identity: MarkerIdentity): bigint | null {
  if (row.database !== identity.database || row.table !== identity.table) return null;
  const image = row.after ?? row.before;
  if (image === null || image['migration'] !== identity.migration) return null;
  if (row.after === null) {
    throw logGap('The marker row was deleted on the source: what follows can no longer be ordered', {
      offset: row.offset,
      migration: identity.migration,
    });
  }
  expectNulls(row, row.after);
  const number = row.after['n'];
  if (typeof number !== 'bigint') {
    throw new CausewayError('LOG_RECORD_UNDECODABLE', 'The marker carries no 64-bit number in column n', {
      facts: { offset: row.offset },
    });
  }
  return number;
}

function expectNulls(row: RowRecord, image: Readonly<Record<string, unknown>>): void {
  const wrong = nullProbeColumns.filter((column) => image[column] !== null);
  if (wrong.length === 0) return;
  throw new CausewayError(
    'NULL_PROBE_FAILED',
    `The marker at offset ${row.offset} arrived with values in columns that hold NULL on the source: ${wrong.join(', ')}`,
    { facts: { offset: row.offset, columns: wrong } },
  );
}
