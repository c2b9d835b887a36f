import { setTimeout as delay } from 'node:timers/promises';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { ConnectorStatus } from './connect-answers.ts';
import type { ConnectClient } from './connect-client.ts';
import { rootCauseOf } from './failure-trace.ts';

export interface ConnectorHealthLimits {
  readonly pollMs: number;
  /** Restarts allowed within the window; one more failure is for a person. */
  readonly restartsMax: number;
  readonly restartWindowMs: number;
  /** The pause before the second restart; it doubles with each restart in the window. */
  readonly restartDelayMs: number;
  readonly restartDelayMsMax: number;
  /** How long a connector may stand without a running task before a restart is tried. */
  readonly startMsMax: number;
  /** How long Connect may not know the connector: a worker answers before it has read what was just registered. */
  readonly missingMsMax: number;
}

export const connectorHealthLimits: ConnectorHealthLimits = {
  pollMs: 2_000,
  restartsMax: 8,
  restartWindowMs: 15 * 60_000,
  restartDelayMs: 2_000,
  restartDelayMsMax: 60_000,
  startMsMax: 60_000,
  missingMsMax: 15_000,
};

/**
 * Where Debezium gives up on an event that its binlog reader cannot take apart, such as a row with a date that is none. The
 * reader goes on behind that event until the task has ended, and what it reads there can still be written, with a
 * position past the event. A restarted task then leaves the event out, and nothing in the log shows it.
 */
const unreadableEvent = /\bonEventDeserializationFailure\b/u;

export interface ConnectorHistory {
  /** When restarts were ordered, oldest first. */
  readonly restartsAtMs: readonly number[];
  /** Since when the connector has not been seen healthy; null while it is. */
  readonly unhealthySinceMs: number | null;
}

export type ConnectorAction =
  | { readonly kind: 'healthy' }
  | { readonly kind: 'wait'; readonly reason: 'starting' | 'paused' | 'delay'; readonly cause: string | null }
  | { readonly kind: 'restart'; readonly cause: string }
  | {
      readonly kind: 'give-up';
      readonly reason: 'missing' | 'failing' | 'unreadable';
      readonly cause: string;
    };

/** What to do about a connector in this state. All rules of watching are here; nothing here touches a clock. */
export function decideConnectorAction(
  status: ConnectorStatus | null,
  history: ConnectorHistory,
  nowMs: number,
  limits: ConnectorHealthLimits = connectorHealthLimits,
  secrets: readonly string[] = [],
): ConnectorAction {
  const since = history.unhealthySinceMs ?? nowMs;
  if (status === null) {
    if (nowMs - since <= limits.missingMsMax) return { kind: 'wait', reason: 'starting', cause: null };
    return { kind: 'give-up', reason: 'missing', cause: 'the connector does not exist' };
  }
  const failed = [status.connector, ...status.tasks].find((part) => part.state === 'FAILED');
  if (failed !== undefined) {
    const trace = failed.trace ?? '';
    const cause = rootCauseOf(trace, secrets);
    if (unreadableEvent.test(trace)) return { kind: 'give-up', reason: 'unreadable', cause };
    return restartWithinLimits(cause, history, nowMs, limits);
  }
  const states = [status.connector.state, ...status.tasks.map((task) => task.state)];
  // Somebody has paused it on purpose: not ours to undo, but not healthy either.
  if (states.some((state) => state === 'PAUSED' || state === 'STOPPED')) {
    return { kind: 'wait', reason: 'paused', cause: null };
  }
  if (status.tasks.length > 0 && states.every((state) => state === 'RUNNING')) return { kind: 'healthy' };

  if (nowMs - since <= limits.startMsMax) return { kind: 'wait', reason: 'starting', cause: null };
  return restartWithinLimits(
    `no running task for ${Math.round((nowMs - since) / 1000)} s`,
    history,
    nowMs,
    limits,
  );
}

function restartWithinLimits(
  cause: string,
  history: ConnectorHistory,
  nowMs: number,
  limits: ConnectorHealthLimits,
): ConnectorAction {
  const recent = history.restartsAtMs.filter((at) => nowMs - at < limits.restartWindowMs);
  if (recent.length >= limits.restartsMax) return { kind: 'give-up', reason: 'failing', cause };
  const last = recent.at(-1);
  if (last === undefined) return { kind: 'restart', cause };
  const pauseMs = Math.min(limits.restartDelayMsMax, limits.restartDelayMs * 2 ** (recent.length - 1));
  if (nowMs - last < pauseMs) return { kind: 'wait', reason: 'delay', cause };
  return { kind: 'restart', cause };
}

export type ConnectorHealthState = ConnectorAction | { readonly kind: 'unreachable'; readonly cause: string };

export interface WatchConnectorOptions {
  readonly client: Pick<ConnectClient, 'getStatus' | 'restart' | 'pause'>;
  readonly name: string;
  readonly signal: AbortSignal;
  /** Told after every look, so that status and metrics always show the present state. */
  readonly onState: (state: ConnectorHealthState) => void;
  readonly limits?: ConnectorHealthLimits;
  readonly secrets?: readonly string[];
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A monotonic clock: restart windows must not follow a corrected wall clock. */
  readonly now?: () => number;
}

/**
 * Watches one connector until the signal aborts, restarts it within the limits, and throws CONNECTOR_FAILED or
 * CONNECTOR_MISSING when a person is needed, and LOG_GAP after an event that cannot be read. An unreachable Connect is told, not thrown: it comes back by itself.
 */
export async function watchConnector(options: WatchConnectorOptions): Promise<void> {
  const { client, name, signal, onState, limits = connectorHealthLimits, secrets = [] } = options;
  const { sleep = sleepFor, now = monotonicMs } = options;
  let history: ConnectorHistory = { restartsAtMs: [], unhealthySinceMs: null };
  while (!signal.aborted) {
    try {
      const status = await client.getStatus(name, signal);
      const action = decideConnectorAction(status, history, now(), limits, secrets);
      onState(action);
      // Connect starts failed tasks again with its workers; a paused one stays where it is.
      if (action.kind === 'give-up' && action.reason === 'unreadable') await client.pause(name, signal);
      if (action.kind === 'give-up') throw gaveUp(name, action.reason, action.cause);
      if (action.kind === 'restart') {
        await client.restart(name, { includeTasks: true, onlyFailed: true }, signal);
      }
      history = remember(history, action, now(), limits);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CausewayError) || error.code !== 'CONNECT_UNREACHABLE') throw error;
      onState({ kind: 'unreachable', cause: error.message });
    }
    await sleep(limits.pollMs, signal);
  }
}

function remember(
  history: ConnectorHistory,
  action: ConnectorAction,
  nowMs: number,
  limits: ConnectorHealthLimits,
): ConnectorHistory {
  const recent = history.restartsAtMs.filter((at) => nowMs - at < limits.restartWindowMs);
  if (action.kind === 'healthy') return { restartsAtMs: recent, unhealthySinceMs: null };
  // The wait for a running task starts over with each restart.
  if (action.kind === 'restart') return { restartsAtMs: [...recent, nowMs], unhealthySinceMs: nowMs };
  return { restartsAtMs: recent, unhealthySinceMs: history.unhealthySinceMs ?? nowMs };
}

function gaveUp(name: string, reason: 'missing' | 'failing' | 'unreadable', cause: string): CausewayError {
  const facts = { connector: name };
  if (reason === 'unreadable') {
    return new CausewayError(
      'LOG_GAP',
      `Connector ${name} met an event of the binlog that it cannot read, and may already have gone past it: ${cause}`,
      { facts },
    );
  }
  return reason === 'missing'
    ? new CausewayError('CONNECTOR_MISSING', `Kafka Connect has no connector ${name}`, { facts })
    : new CausewayError('CONNECTOR_FAILED', `Connector ${name} keeps failing: ${cause}`, { facts });
}

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function monotonicMs(): number {
  return performance.now();
}
