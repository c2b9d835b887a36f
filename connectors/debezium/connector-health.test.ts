import { describe, expect, it } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { ConnectorStatus, ConnectState } from './connect-answers.ts';
import {
  connectorHealthLimits,
  decideConnectorAction,
  watchConnector,
  type ConnectorHealthState,
  type ConnectorHistory,
} from './connector-health.ts';

const limits = {
  ...connectorHealthLimits,
  restartsMax: 3,
  restartWindowMs: 100_000,
  restartDelayMs: 1_000,
  restartDelayMsMax: 1_500,
  startMsMax: 10_000,
};

function status(connector: ConnectState, task?: ConnectState, trace = 'a.B: broken'): ConnectorStatus {
  const part = (state: ConnectState) => ({
    state,
    worker_id: 'w',
    ...(state === 'FAILED' ? { trace } : {}),
  });
  return {
    name: 'c',
    connector: part(connector),
    tasks: task === undefined ? [] : [{ id: 0, ...part(task) }],
  };
}

const fresh: ConnectorHistory = { restartsAtMs: [], unhealthySinceMs: null };

describe('decideConnectorAction', () => {
  it('never restarts a connector that met an event it cannot read: the restart could begin past it', () => {
    const trace = [
      'org.apache.kafka.connect.errors.ConnectException: An exception occurred in the change event producer.',
      '\tat io.debezium.connector.binlog.BinlogStreamingChangeEventSource$ReaderThreadLifecycleListener.onEventDeserializationFailure(BinlogStreamingChangeEventSource.java:1328)',
      "Caused by: io.debezium.DebeziumException: Error while deserializing binlog data of date: Invalid date 'FEBRUARY 31'",
    ].join('\n');
    const action = decideConnectorAction(status('RUNNING', 'FAILED', trace), fresh, 50_000, limits);
    expect(action).toMatchObject({ kind: 'give-up', reason: 'unreadable' });
    // Paused by Causeway, and not by a person.
    expect(decideConnectorAction(status('PAUSED', 'FAILED', trace), fresh, 50_000, limits)).toEqual(action);
  });

  it.each([
    [
      'a running connector with a running task is healthy',
      status('RUNNING', 'RUNNING'),
      fresh,
      { kind: 'healthy' },
    ],
    [
      'a connector without a task is starting',
      status('RUNNING'),
      fresh,
      { kind: 'wait', reason: 'starting' },
    ],
    [
      'a task that moves between workers is starting',
      status('RUNNING', 'UNASSIGNED'),
      { restartsAtMs: [], unhealthySinceMs: 45_000 },
      { kind: 'wait', reason: 'starting' },
    ],
    [
      'a connector that does not start in time is restarted',
      status('RUNNING'),
      { restartsAtMs: [], unhealthySinceMs: 1_000 },
      { kind: 'restart' },
    ],
    [
      'a paused connector is left alone',
      status('PAUSED', 'PAUSED'),
      fresh,
      { kind: 'wait', reason: 'paused' },
    ],
    ['a stopped connector is left alone', status('STOPPED'), fresh, { kind: 'wait', reason: 'paused' }],
    [
      'a failed task is restarted',
      status('RUNNING', 'FAILED'),
      fresh,
      { kind: 'restart', cause: 'B: broken' },
    ],
    ['a failed connector is restarted', status('FAILED'), fresh, { kind: 'restart', cause: 'B: broken' }],
    [
      'a second restart waits',
      status('RUNNING', 'FAILED'),
      { restartsAtMs: [49_500], unhealthySinceMs: 49_000 },
      { kind: 'wait', reason: 'delay', cause: 'B: broken' },
    ],
    [
      'the wait doubles up to its maximum',
      status('RUNNING', 'FAILED'),
      { restartsAtMs: [40_000, 48_400], unhealthySinceMs: 40_000 },
      { kind: 'restart' },
    ],
    [
      'more failures than restarts allowed are for a person',
      status('RUNNING', 'FAILED'),
      { restartsAtMs: [1_000, 20_000, 40_000], unhealthySinceMs: 1_000 },
      { kind: 'give-up', reason: 'failing', cause: 'B: broken' },
    ],
    [
      'restarts before the window do not count',
      status('RUNNING', 'FAILED'),
      { restartsAtMs: [-60_000, -55_000, 40_000], unhealthySinceMs: 40_000 },
      { kind: 'restart' },
    ],
    [
      'a connector that was just registered may not be known yet',
      null,
      fresh,
      { kind: 'wait', reason: 'starting' },
    ],
    [
      'a connector that stays gone is for a person',
      null,
      { restartsAtMs: [], unhealthySinceMs: 34_000 },
      { kind: 'give-up', reason: 'missing' },
    ],
  ] as const)('%s', (_claim, current, history, expected) => {
    expect(decideConnectorAction(current, history, 50_000, limits)).toMatchObject(expected);
  });

  it('shows no secret in the cause', () => {
    const action = decideConnectorAction(status('FAILED', undefined, 'a.B: pw hunter2'), fresh, 0, limits, [
      'hunter2',
    ]);
    expect(action).toEqual({ kind: 'restart', cause: 'B: pw ***' });
  });
});

interface Run {
  readonly states: ConnectorHealthState[];
  readonly restarts: number;
  readonly pauses: number;
  readonly thrown: unknown;
}

/** Runs the watch over the given looks, one second apart, and aborts it after the last. */
async function watch(looks: (ConnectorStatus | null | Error)[]): Promise<Run> {
  const abort = new AbortController();
  const states: ConnectorHealthState[] = [];
  let restarts = 0;
  let pauses = 0;
  let nowMs = 0;
  const thrown = await watchConnector({
    client: {
      getStatus: async () => {
        const look = looks.shift();
        if (look instanceof Error) throw look;
        return look ?? null;
      },
      restart: async () => void restarts++,
      pause: async () => void pauses++,
    },
    name: 'c',
    signal: abort.signal,
    onState: (state) => states.push(state),
    limits,
    sleep: async () => {
      nowMs += 1_000;
      if (looks.length === 0) abort.abort();
    },
    now: () => nowMs,
  }).catch((error: unknown) => error);
  return { states, restarts, pauses, thrown };
}

describe('watchConnector', () => {
  it('restarts a failed task and reports it healthy again', async () => {
    const run = await watch([status('RUNNING', 'FAILED'), status('RUNNING', 'RUNNING')]);
    expect(run.states.map((state) => state.kind)).toEqual(['restart', 'healthy']);
    expect(run).toMatchObject({ restarts: 1, thrown: undefined });
  });

  it('gives up with the cause when restarts do not help', async () => {
    const run = await watch(Array.from({ length: 20 }, () => status('RUNNING', 'FAILED')));
    expect(run.restarts).toBe(3);
    expect(run.thrown).toMatchObject({
      code: 'CONNECTOR_FAILED',
      message: expect.stringContaining('B: broken'),
    });
  });

  it('pauses a connector that met an event it cannot read, and tells it as a gap', async () => {
    const trace = 'a.B: broken\n\tat c.Listener.onEventDeserializationFailure(D.java:1)';
    const run = await watch([status('RUNNING', 'FAILED', trace)]);
    expect(run).toMatchObject({ restarts: 0, pauses: 1, thrown: { code: 'LOG_GAP' } });
  });

  it('waits for an unreachable Connect and tells it', async () => {
    const run = await watch([new CausewayError('CONNECT_UNREACHABLE', 'down'), status('RUNNING', 'RUNNING')]);
    expect(run.states).toEqual([{ kind: 'unreachable', cause: 'down' }, { kind: 'healthy' }]);
    expect(run.thrown).toBeUndefined();
  });

  it('stops with an error of its own when the connector is gone', async () => {
    const run = await watch(Array.from({ length: 20 }, () => null));
    expect(run.thrown).toMatchObject({ code: 'CONNECTOR_MISSING' });
  });

  it('passes on any other error', async () => {
    const run = await watch([new CausewayError('CONNECT_ANSWER_UNEXPECTED', 'odd')]);
    expect(run.thrown).toMatchObject({ code: 'CONNECT_ANSWER_UNEXPECTED' });
  });
});
