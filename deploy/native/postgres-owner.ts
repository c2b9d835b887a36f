import { chmod, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';

/** The account that PostgreSQL runs as when the stack runs as root. */
const account = 'nobody';

/** Root's own group: folders that only root and its group pass are passed without opening them to everybody. */
const rootGroup = 0;

/** Whom PostgreSQL runs as: null for the caller itself, another account when the caller is root. */
export async function postgresOwner(): Promise<{ readonly uid: number; readonly gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const uid = accountId(await readFile('/etc/passwd', 'utf8'), account);
  if (uid !== null) return { uid, gid: rootGroup };
  throw new CausewayError('STACK_PREREQUISITE', `There is no account ${account}, as which PostgreSQL runs.`);
}

export function accountId(passwd: string, name: string): number | null {
  for (const line of passwd.split('\n')) {
    const [entry, , uid] = line.split(':');
    if (entry === name && uid !== undefined) return Number(uid);
  }
  return null;
}

/**
 * Lets that account pass every folder above a path. Where root's home is closed to all others, its own group may pass
 * (0700 becomes 0710), which opens it to nobody else.
 */
export async function openPathTo(path: string, tell: (line: string) => void): Promise<void> {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    const { mode, gid } = await stat(folder);
    const needed = gid === rootGroup ? 0o010 : 0o001;
    if ((mode & needed) !== 0) continue;
    if (gid !== rootGroup) {
      throw new CausewayError('STACK_FOLDER_CLOSED', `The account ${account} cannot pass ${folder}.`, {
        facts: { folder },
      });
    }
    await chmod(folder, (mode & 0o7777) | needed);
    tell(`postgres: the group root may now pass ${folder} (chmod g+x), since PostgreSQL never runs as root`);
  }
}
