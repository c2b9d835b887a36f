import type { Command } from 'commander';
import { z } from 'zod';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { FaultPoints } from '../runtime/fault-points.ts';
import type { ProcessSignals } from '../runtime/run-parts.ts';
import type { ExitCode } from './exit-codes.ts';

/** Where a command reads from and writes to: nothing below the entry point touches the process itself. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Results: what a script reads. */
  readonly out: (text: string) => void;
  /** Progress, logs and errors. */
  readonly err: (text: string) => void;
  /** Whether a person is looking at `err`. */
  readonly isTerminal: boolean;
  readonly signals: ProcessSignals;
  readonly forceExit: (code: ExitCode) => void;
  readonly faults: FaultPoints;
  /** What a command that ends without an error wants the process to end with. */
  setExitCode(code: ExitCode): void;
}

const globalsSchema = z.object({
  migration: z.string().optional(),
  output: z.enum(['table', 'json', 'ndjson']),
  yes: z.boolean().default(false),
  timeout: z.string().optional(),
});

export type OutputFormat = 'table' | 'json' | 'ndjson';

export interface GlobalOptions {
  readonly migration: string | null;
  readonly output: OutputFormat;
  readonly yes: boolean;
  readonly timeoutMs: number | null;
}

/** The options that every command takes, wherever they stand on the line. */
export function globalOptions(command: Command): GlobalOptions {
  const options = globalsSchema.parse(command.optsWithGlobals());
  return {
    migration: options.migration ?? null,
    output: options.output,
    yes: options.yes,
    timeoutMs: options.timeout === undefined ? null : parseDuration(options.timeout),
  };
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A timer of Node holds no more; one that is longer would go off at once. */
const durationMsMax = 2 ** 31 - 1;

/** `30s`, `500ms`, `10m`, `2h`; a bare number is seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h)?$/u.exec(text);
  if (match === null) {
    throw new CausewayError('USAGE', `${text} is no duration; write 500ms, 30s, 10m or 2h`);
  }
  const ms = Number(match[1]) * (unitMs[match[2] ?? 's'] ?? 1_000);
  if (ms <= durationMsMax) return ms;
  throw new CausewayError('USAGE', `${text} is too long; the longest duration is 596h`);
}

/** The work's outcome, or TIMEOUT when it takes longer; what it still does then is of no interest to anybody. */
export async function withTimeout<Result>(
  timeoutMs: number | null,
  work: () => Promise<Result>,
): Promise<Result> {
  const timeout = timeoutSignal(timeoutMs);
  return Promise.race([
    work(),
    new Promise<never>((_, reject) => {
      timeout.addEventListener('abort', () => reject(timeout.reason), { once: true });
    }),
  ]);
}

/** Aborts with TIMEOUT when the time given with --timeout has passed; never without one. */
export function timeoutSignal(timeoutMs: number | null): AbortSignal {
  const controller = new AbortController();
  if (timeoutMs !== null) {
    setTimeout(() => {
      controller.abort(new CausewayError('TIMEOUT', `The command was not done within ${timeoutMs / 1000} s`));
    }, timeoutMs).unref();
  }
  return controller.signal;
}
