import { CommanderError } from 'commander';
import { asCausewayError, CausewayError } from '../../schemas/errors/causeway-error.ts';
import { noFaults, type FaultPoints } from '../runtime/fault-points.ts';
import type { CliContext, OutputFormat } from './cli-context.ts';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.ts';
import { errorText } from './print-error.ts';
import { createProgram } from './program.ts';

/**
 * The command line as a function: `argv` without the names of program and script, `env` as the process has it. Answers
 * the exit code. Only the test harness passes faults.
 */
export async function main(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  faults: FaultPoints = noFaults,
): Promise<number> {
  let exitCode: ExitCode = exitCodes.ok;
  const context: CliContext = {
    env,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
    signals: process,
    forceExit: (code) => process.exit(code),
    faults,
    setExitCode: (code) => {
      exitCode = code;
    },
  };
  return runProgram(argv, context, () => exitCode);
}

/** The same with everything of the process given, for tests. */
export async function runProgram(
  argv: readonly string[],
  context: CliContext,
  readExitCode: () => ExitCode,
): Promise<ExitCode> {
  try {
    await createProgram(context).parseAsync([...argv], { from: 'user' });
    return readExitCode();
  } catch (thrown) {
    // Commander has written its own message; help and version end with 0.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    const error = asCausewayError(thrown);
    context.err(errorText(error, formatOf(argv)));
    if (!(thrown instanceof CausewayError)) context.err(`${stackOf(thrown)}\n`);
    return exitCodeOf(error.code);
  }
}

/** Read from the words themselves: the error may be that they were not understood. */
function formatOf(argv: readonly string[]): OutputFormat {
  const words = argv.join(' ');
  const named = /(?:^|\s)(?:-o|--output)[ =]?(json|ndjson)\b/u.exec(words)?.[1];
  return named === 'json' || named === 'ndjson' ? named : 'table';
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.stack !== undefined ? thrown.stack : String(thrown);
}
