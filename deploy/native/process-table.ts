import { readdir, readFile, readlink, realpath } from 'node:fs/promises';

export interface ProcessState {
  readonly pid: number;
  /** One letter, as in /proc/<pid>/stat; Z is one that has ended and waits to be collected. */
  readonly state: string;
  readonly threads: number;
  /** Clock ticks since boot. With the pid it names one process for ever: pids are used again. */
  readonly startTicks: string;
}

/** The process of this pid, null when there is none or it has ended and only waits to be collected. */
export async function readProcess(pid: number): Promise<ProcessState | null> {
  const text = await readProc(`/proc/${pid}/stat`);
  if (text === null) return null;
  const process = parseStat(text);
  // The first thread of a killed process may end before the others, which still hold its ports.
  const hasEnded = process.state === 'X' || (process.state === 'Z' && process.threads <= 1);
  return hasEnded ? null : process;
}

/** Whether this very process still lives. */
export async function isAlive(process: {
  readonly pid: number;
  readonly startTicks: string;
}): Promise<boolean> {
  const found = await readProcess(process.pid);
  return found !== null && found.startTicks === process.startTicks;
}

/** Fields of /proc/<pid>/stat. The name of the program, in parentheses, may itself hold spaces and parentheses. */
export function parseStat(text: string): ProcessState {
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const threads = Number(fields[17]);
  const startTicks = fields[19];
  if (!Number.isInteger(pid) || state === undefined || startTicks === undefined) {
    throw new Error(`/proc shows a process in an unknown form: ${text.slice(0, 100)}`);
  }
  return { pid, state, threads, startTicks };
}

/** Every living process that was started with this variable in its environment. */
export async function findByVariable(name: string, value: string): Promise<ProcessState[]> {
  return findProcesses(async (pid) => {
    const environment = await readProc(`/proc/${pid}/environ`);
    return environment?.split('\0').includes(`${name}=${value}`) ?? false;
  });
}

/** Every living process of a program that works in a folder. */
export async function findByFolder(program: string, folder: string): Promise<ProcessState[]> {
  // The kernel shows where a folder really is, whatever links led to it.
  const real = await unlessGone(realpath(folder));
  return findProcesses(async (pid) => {
    if ((await readProc(`/proc/${pid}/comm`))?.trim() !== program) return false;
    return real !== null && (await unlessGone(readlink(`/proc/${pid}/cwd`))) === real;
  });
}

async function findProcesses(matches: (pid: number) => Promise<boolean>): Promise<ProcessState[]> {
  const found: ProcessState[] = [];
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid || !(await matches(pid))) continue;
    const state = await readProcess(pid);
    if (state !== null) found.push(state);
  }
  return found;
}

/** null when the process has ended, or belongs to somebody else. */
async function readProc(path: string): Promise<string | null> {
  return unlessGone(readFile(path, 'utf8'));
}

async function unlessGone(reading: Promise<string>): Promise<string | null> {
  try {
    return await reading;
  } catch (error) {
    if (isGoneOrForeign(error)) return null;
    throw error;
  }
}

function isGoneOrForeign(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(String(error.code))
  );
}
