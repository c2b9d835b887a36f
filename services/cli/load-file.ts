import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { parseMigrationFile, type ParsedFile } from '../../schemas/migration-file/parse-file.ts';

/** Reads and checks a migration file. Relative paths in `${file:...}` are relative to the file. */
export async function loadMigrationFile(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ParsedFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new CausewayError('FILE_UNREADABLE', `The migration file ${path} cannot be read`, { cause: error });
  }
  return parseMigrationFile(text, path, {
    env,
    readFile: (name) => readOrUndefined(resolve(dirname(path), name)),
  });
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It becomes a fault of the file, told together with all others.
    return undefined;
  }
}
