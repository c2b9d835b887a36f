import type { ChunkReader, ChunkToCopy, CopySession } from '../../connectors/engine.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import { tableFingerprint } from '../../schemas/table-fingerprint.ts';
import type { FaultPoints } from '../runtime/fault-points.ts';

export interface CopyingSessions {
  readonly reader: Pick<ChunkReader, 'readChunk' | 'schemaFingerprint'>;
  readonly session: Pick<CopySession, 'copyChunk'>;
}

/**
 * Copies one chunk, all of it or nothing. The table must be as it was planned right before the first row is read and
 * after the last: rows read through a changed definition would be rounded or cut without an error.
 */
export async function copyChunk(
  chunk: ChunkToCopy,
  { reader, session }: CopyingSessions,
  faults: FaultPoints,
  signal: AbortSignal,
): Promise<{ rows: number; bytes: number; wasPresent: boolean }> {
  const { table, range } = chunk;
  await faults.reach('backfill.before-copy');
  await assertAsPlanned(reader, table);
  const rows = reader.readChunk(table, range, signal);
  const copied = await session.copyChunk(chunk, rows, () => assertAsPlanned(reader, table));
  await faults.reach('backfill.after-commit');
  return copied;
}

async function assertAsPlanned(
  reader: Pick<ChunkReader, 'schemaFingerprint'>,
  table: TablePlan,
): Promise<void> {
  if ((await reader.schemaFingerprint(table)) === tableFingerprint(table.catalogue)) return;
  throw new CausewayError(
    'TABLE_CHANGED_DURING_BACKFILL',
    `the columns or the primary key of ${table.id} are not as they were planned`,
    { facts: { table: table.id } },
  );
}
