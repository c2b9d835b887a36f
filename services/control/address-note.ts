import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../runtime/logger.ts';
import { sleep } from '../runtime/sleep.ts';

const noteSchema = z.object({ migration: z.string(), url: z.string(), pid: z.number() });

export type AddressNote = z.infer<typeof noteSchema>;

/** A process that was killed leaves its note; another one that serves the same migration replaces it after this time. */
const lookMs = 2_000;

/**
 * Notes where a migration's API answers, in `run/<migration>.json` below the home folder, until the signal aborts. Of
 * several processes any one will do: a note is replaced when the process it names is gone.
 */
export async function keepAddressNote(
  options: {
    readonly home: string;
    readonly migration: string;
    readonly url: string;
    readonly logger: Logger;
  },
  signal: AbortSignal,
): Promise<void> {
  const { home, migration, url, logger } = options;
  const note = { migration, url, pid: process.pid };
  await writeNote(home, note);
  while (!signal.aborted) {
    await sleep(lookMs, signal);
    const present = await readAddressNote(home, migration);
    if (!signal.aborted && (present === null || !isAlive(present.pid))) await writeNote(home, note);
  }
  const present = await readAddressNote(home, migration);
  if (present?.pid !== process.pid) return;
  await rm(notePath(home, migration), { force: true }).catch((error: unknown) => {
    logger.warn('Could not remove the note of the address', { error });
  });
}

/** Null when there is none, or none that can be read. */
export async function readAddressNote(home: string, migration: string): Promise<AddressNote | null> {
  let text: string;
  try {
    text = await readFile(notePath(home, migration), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  return parseNote(text);
}

export function notePath(home: string, migration: string): string {
  return join(home, 'run', `${migration}.json`);
}

function parseNote(text: string): AddressNote | null {
  try {
    const parsed = noteSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Half a file, left by a full disk: it is replaced like the note of a dead process.
    return null;
  }
}

async function writeNote(home: string, note: AddressNote): Promise<void> {
  await mkdir(join(home, 'run'), { recursive: true, mode: 0o700 });
  const path = notePath(home, note.migration);
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  await rename(temporary, path);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
