import { spawn } from 'node:child_process';

export interface CommandEnd {
  readonly code: number;
  readonly elapsedMs: number;
}

/** Runs a program with this process's output and ends when it has ended; a signal counts as a failure. */
export async function runCommand(
  command: readonly [string, ...string[]],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly isQuiet?: boolean;
  },
): Promise<CommandEnd> {
  const started = performance.now();
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: options.cwd,
    stdio: ['ignore', options.isQuiet === true ? 'ignore' : 'inherit', 'inherit'],
    env: { ...process.env, ...options.env },
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  return { code, elapsedMs: performance.now() - started };
}
