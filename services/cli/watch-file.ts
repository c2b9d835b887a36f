import { stat } from 'node:fs/promises';
import { readDesiredState } from '../../connectors/store/migration-rows.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { changeText } from '../../schemas/migration-file/compare-files.ts';
import { acceptFile, demandSameFile } from '../control/accept-file.ts';
import { sleep } from '../runtime/sleep.ts';
import { loadMigrationFile } from './load-file.ts';
import type { MigrationContext } from './migration-context.ts';

const lookMs = 2_000;

/** Reads the migration file again when it was written, so that changed limits apply to work that is under way. */
export async function watchFile(
  context: MigrationContext,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<void> {
  let seen = await writtenAt(path);
  while (!signal.aborted) {
    await sleep(lookMs, signal);
    if (signal.aborted) return;
    await demandStoredFile(context);
    const now = await writtenAt(path);
    if (now === null || now === seen) continue;
    seen = now;
    await takeOver(context, path, env);
  }
}

/** Ends a process whose file is no longer the migration's: another process has stored another one before expand. */
async function demandStoredFile({ store, file, redacted, logger }: MigrationContext): Promise<void> {
  const { migration } = file;
  try {
    const row = await readDesiredState(store, migration);
    if (row === null) {
      throw new CausewayError(
        'MIGRATION_UNKNOWN',
        `Migration ${migration} was taken out of the control store`,
      );
    }
    demandSameFile(migration, redacted, row.file);
  } catch (error) {
    if (!(error instanceof CausewayError) || !error.isRetryable) throw error;
    logger.debug('Could not read the stored file', { error });
  }
}

async function takeOver(
  { store, file, redacted: own, holder, logger }: MigrationContext,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  try {
    const { redacted } = await loadMigrationFile(path, env);
    demandSameFile(file.migration, own, redacted);
    const changes = await acceptFile(store, { migration: file.migration, redacted, holder });
    for (const change of changes) logger.info(`The file has changed: ${changeText(change)}`);
  } catch (error) {
    // Work goes on by the file as it was; who wrote it reads here what is wrong with it.
    logger.error('The changed migration file is not taken over', { error });
  }
}

/** Null while there is no file, as between the two halves of an editor's save. */
async function writtenAt(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
