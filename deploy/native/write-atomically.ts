import { chmod, rename, writeFile } from 'node:fs/promises';

/** Writes a file that is never seen half-written, with exactly this mode whatever the caller's umask. */
export async function writeAtomically(path: string, text: string, mode = 0o644): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  await writeFile(partial, text, { mode: 0o600 });
  await chmod(partial, mode);
  await rename(partial, path);
}
