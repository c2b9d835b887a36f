import { spawn } from 'node:child_process';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly signal?: AbortSignal;
  /** Told every line of both outputs; a carriage return ends a line as well. */
  readonly onLine?: (line: string) => void;
}

/** Lines of a failed command that its error repeats. */
const tailLines = 12;

/** Runs a command to its end and gives its standard output. A command that cannot be found is a missing prerequisite. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { cwd, env = process.env, uid, gid, signal, onLine } = options;
  signal?.throwIfAborted();
  const child = spawn(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(signal === undefined ? {} : { signal }),
  });
  const output: string[] = [];
  const tail: string[] = [];
  const note = (line: string): void => {
    if (line.trim() === '') return;
    tail.push(line);
    if (tail.length > tailLines) tail.shift();
    onLine?.(line);
  };
  const errors = splitLines(note);
  const lines = splitLines(note);
  child.stderr.setEncoding('utf8').on('data', errors.push);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.push(text);
    lines.push(text);
  });
  const end = await new Promise<{ readonly code: number | null; readonly by: string | null }>(
    (done, fail) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        if (signal?.aborted === true) fail(signal.reason);
        else fail(error.code === 'ENOENT' ? notFound(command, error) : error);
      });
      child.once('close', (code, by) => done({ code, by }));
    },
  );
  errors.end();
  lines.end();
  if (end.code === 0) return output.join('');
  const how = end.code === null ? `was ended by ${end.by ?? 'a signal'}` : `ended with ${end.code}`;
  throw new CausewayError('STACK_COMMAND_FAILED', `${command} ${how}:\n${tail.join('\n')}`, {
    facts: { command, exitCode: end.code },
  });
}

function notFound(command: string, cause: Error): CausewayError {
  return new CausewayError('STACK_PREREQUISITE', `The command ${command} is not on this machine.`, {
    cause,
    facts: { command },
  });
}

interface LineSplitter {
  readonly push: (text: string) => void;
  readonly end: () => void;
}

function splitLines(onLine: (line: string) => void): LineSplitter {
  let rest = '';
  return {
    push: (text) => {
      const lines = (rest + text).split(/[\r\n]/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    },
    end: () => {
      if (rest !== '') onLine(rest);
    },
  };
}
