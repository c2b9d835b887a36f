import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { findByFolder, findByVariable, isAlive, readProcess, type ProcessState } from './process-table.ts';
import { writeAtomically } from './write-atomically.ts';

const recorded = z.object({
  pid: z.number(),
  startTicks: z.string(),
  /** Digest of how it was started: settings that changed since show as another digest. */
  launchDigest: z.string(),
  version: z.string(),
});

export type DaemonRecord = z.infer<typeof recorded>;

export interface DaemonLaunch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

export interface DaemonPlace {
  /** Value of the variable that marks every process of the part, recorded or not. */
  readonly mark: string;
  readonly recordPath: string;
  readonly logPath: string;
  /** Children that overwrite their environment are known by their program and working folder. */
  readonly unmarked: { readonly program: string; readonly folder: string } | null;
}

const markVariable = 'CAUSEWAY_STACK_PART';

/** A log larger than this is set aside when its part starts; one older log is kept. */
const logBytesMax = 64 * 1024 * 1024;
const killWaitMs = 10_000;
const pollMs = 50;

/** Starts a process that outlives this one, in its own session, with its output in a file. */
export async function startDaemon(
  launch: DaemonLaunch,
  place: DaemonPlace,
  about: { readonly launchDigest: string; readonly version: string },
): Promise<DaemonRecord> {
  await setLogAside(place.logPath);
  const log = await open(place.logPath, 'a', 0o600);
  try {
    const child = spawn(launch.command, launch.args, {
      cwd: launch.cwd,
      env: markedEnvironment(launch.env, place.mark),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...launch.owner,
    });
    const pid = await new Promise<number>((done, fail) => {
      child.once('error', fail);
      child.once('spawn', () => done(child.pid ?? 0));
    });
    child.unref();
    const state = await readProcess(pid);
    const record = { pid, startTicks: state?.startTicks ?? '0', ...about };
    await writeAtomically(place.recordPath, JSON.stringify(record), 0o600);
    return record;
  } finally {
    await log.close();
  }
}

/** The environment of everything that is run for a part: nothing of the caller's but where programs are. */
export function markedEnvironment(
  own: Readonly<Record<string, string>>,
  mark: string,
): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    ...own,
    [markVariable]: mark,
  };
}

/** What was recorded of a part's process, if that very process still lives. */
export async function livingDaemon(recordPath: string): Promise<DaemonRecord | null> {
  const text = await readFile(recordPath, 'utf8').catch(() => null);
  if (text === null) return null;
  const record = recorded.parse(JSON.parse(text));
  return (await isAlive(record)) ? record : null;
}

/** Ends every process of the part and waits until none is left: asked first, then killed after the limit. */
export async function stopDaemon(
  place: DaemonPlace,
  how: { readonly signal: NodeJS.Signals; readonly limitMs: number },
): Promise<void> {
  const record = await livingDaemon(place.recordPath);
  if (record !== null) {
    signalGroup(record.pid, how.signal);
    await waitForEnd(() => isAlive(record), how.limitMs);
  }
  await killDaemon(place);
  await rm(place.recordPath, { force: true });
}

/** Kills every process of the part, recorded or left by a starter that died, and waits until none is left. */
export async function killDaemon(place: DaemonPlace): Promise<void> {
  const record = await livingDaemon(place.recordPath);
  if (record !== null) signalGroup(record.pid, 'SIGKILL');
  for (const { pid } of await findLeft(place)) sendSignal(pid, 'SIGKILL');
  const isLeft = async (): Promise<boolean> =>
    (await findLeft(place)).length > 0 || (record !== null && (await isAlive(record)));
  if (await waitForEnd(isLeft, killWaitMs)) return;
  const pids = (await findLeft(place)).map(({ pid }) => pid);
  throw new CausewayError('STACK_PART_STUCK', `Process ${pids.join(', ')} did not end.`, {
    facts: { pids: pids.map(String) },
  });
}

async function findLeft(place: DaemonPlace): Promise<ProcessState[]> {
  const marked = await findByVariable(markVariable, place.mark);
  const { unmarked } = place;
  return unmarked === null ? marked : [...marked, ...(await findByFolder(unmarked.program, unmarked.folder))];
}

/** The last lines of a part's log. */
export async function logTail(path: string, lines: number): Promise<string> {
  const tailBytes = 200 * lines + 4_000;
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return '(no log)';
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.subarray(0, bytesRead).toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } finally {
    await file.close();
  }
}

async function waitForEnd(isLeft: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (await isLeft()) {
    if (Date.now() >= deadline) return false;
    await delay(pollMs);
  }
  return true;
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  sendSignal(-leader, signal);
}

function sendSignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    // It ended between the look at it and the signal.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function setLogAside(path: string): Promise<void> {
  const entry = await stat(path).catch(() => null);
  if (entry !== null && entry.size > logBytesMax) await rename(path, `${path}.1`);
}
