import { stat } from 'node:fs/promises';
import { changeText } from '../../schemas/migration-file/compare-files.ts';
import { acceptFile } from '../control/accept-file.ts';
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
    const now = await writtenAt(path);
    if (signal.aborted || now === null || now === seen) continue;
    seen = now;
    await takeOver(context, path, env);
  }
}

async function takeOver(
  { store, file, holder, logger }: MigrationContext,
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  try {
    const { redacted } = await loadMigrationFile(path, env);
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
