import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { Logger } from './logger.ts';

/** One long-running part of a process. */
export interface Part {
  readonly name: string;
  /** Works until the signal aborts, drains, and resolves; rejects when it cannot go on. */
  run(signal: AbortSignal): Promise<void>;
  /** Whether the process has done its work when this part resolves by itself. */
  readonly endsProcess?: boolean;
}

export type RunOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly error: unknown };

/** The signals of the process, as an event source that tests can replace. */
export interface ProcessSignals {
  on(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  off(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
}

export interface RunPartsOptions {
  readonly parts: readonly Part[];
  readonly logger: Logger;
  /** How long all parts together may take to drain. */
  readonly drainMs: number;
  readonly signals: ProcessSignals;
  /** Ends the process at once: a second signal, or a drain that takes too long. */
  readonly forceExit: (reason: string) => void;
  /** Aborts as a signal would, such as at a time limit. */
  readonly stop?: AbortSignal;
  /** A monotonic clock. */
  readonly now?: () => number;
}

/**
 * A terminal signals the whole process group, and npm, make or timeout pass the same signal on once more: what follows
 * within this time is no second wish.
 */
const sameSignalMs = 1_000;

/**
 * Starts the parts in order and stops them in reverse, each one drained before the one it stands on. The first error
 * stops everything and is the outcome.
 */
export async function runParts(options: RunPartsOptions): Promise<RunOutcome> {
  const { parts, logger, drainMs, signals, forceExit, stop, now = () => performance.now() } = options;
  const ending = new Ending();
  let firstSignalMs: number | null = null;
  const onSignal = (): void => {
    firstSignalMs ??= now();
    if (now() - firstSignalMs > sameSignalMs) forceExit('a second signal came before everything was drained');
    ending.end({ kind: 'interrupted' });
  };
  const onStop = (): void => ending.end({ kind: 'failed', error: stop?.reason });
  signals.on('SIGTERM', onSignal);
  signals.on('SIGINT', onSignal);
  stop?.addEventListener('abort', onStop, { once: true });
  if (stop?.aborted === true) onStop();

  const running = parts.map((part) => startPart(part, (outcome) => ending.end(outcome)));
  let outcome = await ending.outcome;
  const deadline = setTimeout(() => forceExit(`draining took longer than ${drainMs} ms`), drainMs);
  try {
    for (const { part, stopper, ended } of running.reverse()) {
      logger.debug(`Stopping ${part.name}`, { part: part.name });
      stopper.abort(new CausewayError('INTERRUPTED', `${part.name} was told to stop`));
      const error = await ended;
      if (error === null) continue;
      if (outcome.kind !== 'failed') outcome = { kind: 'failed', error };
      else if (outcome.error !== error)
        logger.warn(`${part.name} failed while stopping`, { part: part.name, error });
    }
  } finally {
    clearTimeout(deadline);
    signals.off('SIGTERM', onSignal);
    signals.off('SIGINT', onSignal);
    stop?.removeEventListener('abort', onStop);
  }
  return outcome;
}

/** What ends the process first; later reasons change nothing. */
class Ending {
  readonly outcome: Promise<RunOutcome>;
  #resolve: (outcome: RunOutcome) => void = () => undefined;

  constructor() {
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  end(outcome: RunOutcome): void {
    this.#resolve(outcome);
  }
}

interface RunningPart {
  readonly part: Part;
  readonly stopper: AbortController;
  /** Resolves with the part's error, or null; never rejects. */
  readonly ended: Promise<unknown>;
}

function startPart(part: Part, end: (outcome: RunOutcome) => void): RunningPart {
  const stopper = new AbortController();
  const ended = part.run(stopper.signal).then(
    () => {
      if (stopper.signal.aborted) return null;
      if (part.endsProcess === true) {
        end({ kind: 'done' });
        return null;
      }
      const error = new CausewayError('INTERNAL', `${part.name} ended by itself`, {
        facts: { part: part.name },
      });
      end({ kind: 'failed', error });
      return error;
    },
    (error: unknown) => {
      // What a part throws because it was told to stop is no failure.
      if (stopper.signal.aborted && (error === stopper.signal.reason || isAbort(error))) return null;
      end({ kind: 'failed', error });
      return error;
    },
  );
  return { part, stopper, ended };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
