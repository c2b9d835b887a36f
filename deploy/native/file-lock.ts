import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { readProcess } from './process-table.ts';

export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Told once, when somebody else holds the lock. */
  readonly onWait?: (holder: string) => void;
  readonly waitMs?: number;
}

const defaultWaitMs = 15 * 60_000;
const noticeMs = 500;

/**
 * Does the work while no other process does work under the same lock. The kernel keeps the lock for a child whose
 * standard input ends with this process, so that it is free the moment this process dies, however it dies.
 * The file is never removed: a lock on a removed file excludes nobody.
 */
export async function withLock<Result>(
  path: string,
  options: LockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  await mkdir(dirname(path), { recursive: true });
  const holder = await acquire(path, options);
  try {
    const self = await readProcess(process.pid);
    await writeFile(path, `${process.pid} ${self?.startTicks ?? ''}\n`);
    return await work();
  } finally {
    await release(holder);
  }
}

async function acquire(path: string, options: LockOptions): Promise<ChildProcess> {
  const waitSeconds = Math.ceil((options.waitMs ?? defaultWaitMs) / 1000);
  // Its own session: an interrupt from the terminal must not free the lock while this process still cleans up.
  const child = spawn(
    'flock',
    ['--exclusive', '--wait', String(waitSeconds), path, '/bin/sh', '-c', 'echo held; exec cat'],
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true },
  );
  const notice = setTimeout(() => {
    void describeHolder(path).then((holder) => options.onWait?.(holder));
  }, noticeMs);
  try {
    await new Promise<void>((done, fail) => {
      child.stdout.once('data', () => done());
      child.once('error', fail);
      child.once('exit', () => fail(new Error('flock ended without the lock')));
      options.signal?.addEventListener('abort', () => fail(options.signal?.reason), { once: true });
    });
    return child;
  } catch (error) {
    endQuietly(child);
    options.signal?.throwIfAborted();
    if (child.pid === undefined) {
      throw new CausewayError('STACK_PREREQUISITE', 'The command flock is not on this machine.', {
        cause: error,
        remedy: 'Install util-linux.',
      });
    }
    throw new CausewayError('STACK_LOCK_TIMEOUT', `${await describeHolder(path)} holds ${path}.`, {
      cause: error,
    });
  } finally {
    clearTimeout(notice);
  }
}

async function release(holder: ChildProcess): Promise<void> {
  if (holder.exitCode !== null || holder.signalCode !== null) return;
  const ended = new Promise((done) => holder.once('exit', done));
  holder.stdin?.end();
  await ended;
}

function endQuietly(child: ChildProcess): void {
  child.stdin?.destroy();
  if (child.pid !== undefined && child.exitCode === null) child.kill('SIGKILL');
}

async function describeHolder(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) ? `process ${pid}` : 'another process';
}
