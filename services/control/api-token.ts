import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The token that was made for this home folder; null when there is none. */
export async function readApiToken(home: string): Promise<string | null> {
  try {
    return (await readFile(join(home, 'token'), 'utf8')).trim();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** The token of this home folder, made when there is none. Processes that start together end up with the same one. */
export async function ensureApiToken(home: string): Promise<string> {
  const known = await readApiToken(home);
  if (known !== null && known !== '') {
    // A file that was restored or copied may have become readable for others.
    await chmod(join(home, 'token'), 0o600).catch((error: unknown) => {
      // One that somebody else put there is theirs to protect.
      if (!isCode(error, 'EPERM') && !isCode(error, 'EROFS')) throw error;
    });
    return known;
  }
  await mkdir(home, { recursive: true, mode: 0o700 });
  const path = join(home, 'token');
  // An empty file is what a full disk or a crash left; a link never replaces it.
  if (known === '') await rm(path, { force: true });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    // A link is made or refused as a whole, and never replaces a token that another process has just made.
    await link(temporary, path).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
  return (await readFile(path, 'utf8')).trim();
}

function isMissing(error: unknown): boolean {
  return isCode(error, 'ENOENT');
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
