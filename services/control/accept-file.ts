import { addEvent } from '../../connectors/store/events.ts';
import {
  ensureMigration,
  readMigration,
  saveFile,
  type MigrationRow,
} from '../../connectors/store/migration-rows.ts';
import type { Store } from '../../connectors/store/store.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { changeText, compareFiles, type FileChange } from '../../schemas/migration-file/compare-files.ts';
import { hasReached } from '../../schemas/stage.ts';

export interface FileToAccept {
  readonly migration: string;
  /** Without secrets. */
  readonly redacted: unknown;
  readonly holder: string;
}

/**
 * Stores the file of a new migration, or compares it with the stored one. Until something is created any change is
 * taken over; later only limits are, and everything else is FILE_CHANGED with the difference.
 */
export async function acceptFile(store: Store, file: FileToAccept): Promise<readonly FileChange[]> {
  const { migration, redacted, holder } = file;
  await ensureMigration(store, migration, redacted);
  const row = await readRow(store, migration);
  const changes = compareFiles(row.file, redacted);
  if (changes.length === 0) return changes;
  if (hasReached(row.stage, 'expand')) refuseFixed(migration, changes);
  if (!(await saveFile(store, migration, row.stage, redacted))) return acceptFile(store, file);
  await addEvent(store, {
    migration,
    kind: changes.every(({ isLive }) => isLive) ? 'limits' : 'note',
    stage: row.stage,
    holder,
    data: { changes: changes.map(changeText) },
  });
  return changes;
}

/**
 * A process works by the file it has read: its connections lead where that file says. Throws FILE_CHANGED when another
 * file is stored by now, or stands where it was read, and the difference is more than limits.
 */
export function demandSameFile(migration: string, own: unknown, other: unknown): void {
  const lines = fixedChanges(compareFiles(own, other));
  if (lines.length === 0) return;
  throw new CausewayError(
    'FILE_CHANGED',
    `This process works by another file of migration ${migration} (its file -> the new one):\n${lines.join('\n')}`,
    {
      facts: { migration, changes: lines },
      remedy: 'Start the process again with the file that shall be used. Only limits change while it runs.',
    },
  );
}

function refuseFixed(migration: string, changes: readonly FileChange[]): void {
  const lines = fixedChanges(changes);
  if (lines.length === 0) return;
  throw new CausewayError(
    'FILE_CHANGED',
    `Migration ${migration} was started with another file. What cannot change (stored -> file):\n${lines.join('\n')}`,
    { facts: { migration, changes: lines } },
  );
}

function fixedChanges(changes: readonly FileChange[]): string[] {
  return changes.filter(({ isLive }) => !isLive).map(changeText);
}

async function readRow(store: Store, migration: string): Promise<MigrationRow> {
  const row = await readMigration(store, migration);
  if (row !== null) return row;
  throw new CausewayError('MIGRATION_UNKNOWN', `The control store has no migration ${migration}`);
}
