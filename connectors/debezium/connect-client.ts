import type { z } from 'zod';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { JsonPeer, type JsonAnswer, type JsonRequest } from '../http/json-peer.ts';
import {
  connectErrorSchema,
  connectorConfigSchema,
  connectorOffsetsSchema,
  connectorStatusSchema,
  pluginsSchema,
  validationSchema,
  type ConnectorOffsets,
  type ConnectorStatus,
  type ConnectPlugin,
} from './connect-answers.ts';
import { redactSecrets } from './failure-trace.ts';
import { requiredPlugins } from './required-plugins.ts';

export type ConnectorConfig = Readonly<Record<string, string>>;

/** One setting that Connect or the connector refuses, with reasons that hold no values. */
export interface ConfigFault {
  readonly field: string;
  readonly reasons: readonly string[];
}

export interface ConnectClientOptions {
  readonly url: string;
  /** Values that must not show in any message, such as the source's password. */
  readonly secrets?: readonly string[];
  readonly timeoutMs?: number;
  /** Connect itself gives up on a validation, which talks to the database, after 90 s. */
  readonly validateTimeoutMs?: number;
  readonly attemptsMax?: number;
  readonly retryDelayMs?: number;
  readonly retryDelayMsMax?: number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly random?: () => number;
}

/** Traces, plug-in lists and validations are long; a status of this size has something else wrong with it. */
const answerBytesMax = 16 * 1024 * 1024;

/**
 * The REST interface of Kafka Connect. It offers nothing that resets offsets: lost offsets make a gap in the log, so
 * no code path of ours may cause it. Every request here may be repeated; a rebalance (409), a server error and a
 * refused connection are tried again within limits.
 */
export class ConnectClient {
  readonly #peer: JsonPeer;
  readonly #secrets: readonly string[];
  readonly #validateTimeoutMs: number;

  constructor(options: ConnectClientOptions) {
    this.#secrets = options.secrets ?? [];
    this.#validateTimeoutMs = options.validateTimeoutMs ?? 95_000;
    this.#peer = new JsonPeer({
      url: options.url,
      timeoutMs: options.timeoutMs ?? 30_000,
      attemptsMax: options.attemptsMax ?? 8,
      retryDelayMs: options.retryDelayMs ?? 250,
      retryDelayMsMax: options.retryDelayMsMax ?? 5_000,
      answerBytesMax,
      isTransient: (status) => status === 409 || status === 429 || status >= 500,
      explain: (answer) => this.#messageOf(answer),
      toUnreachable: (reason, url, cause) =>
        new CausewayError('CONNECT_UNREACHABLE', `Kafka Connect at ${url} cannot be used: ${reason}`, {
          cause,
          facts: { url },
        }),
      ...(options.sleep === undefined ? {} : { sleep: options.sleep }),
      ...(options.random === undefined ? {} : { random: options.random }),
    });
  }

  /** Registers the connector, or gives a registered one this configuration. */
  async putConnector(name: string, config: ConnectorConfig, signal?: AbortSignal): Promise<void> {
    // Asked first, because a PUT that is refused answers 500 without a reason for connectors that, as Debezium's do,
    // define settings without values.
    const faults = await this.validate({ ...config, name }, signal);
    if (faults.length > 0) throw refused(name, faults);
    const answer = await this.#send({
      method: 'PUT',
      path: `/connectors/${encodeURIComponent(name)}/config`,
      body: { ...config, name },
      timeoutMs: this.#validateTimeoutMs,
      signal,
    });
    // Something has changed since the validation: the source went away, a secret file was removed.
    if (answer.status === 400) {
      throw refused(name, [{ field: 'connector', reasons: [this.#messageOf(answer)] }]);
    }
    this.#expectSuccess(answer, `register connector ${name}`);
  }

  /** As putConnector, but leaves a connector alone that has this configuration: a PUT would restart its task. */
  async ensureConnector(
    name: string,
    config: ConnectorConfig,
    signal?: AbortSignal,
  ): Promise<'registered' | 'changed' | 'unchanged'> {
    const present = await this.getConfig(name, signal);
    if (present !== null && isSameConfig(present, { ...config, name })) return 'unchanged';
    await this.putConnector(name, config, signal);
    return present === null ? 'registered' : 'changed';
  }

  /** Registers a connector that does nothing yet, for one that does not exist. */
  async createStopped(name: string, config: ConnectorConfig, signal?: AbortSignal): Promise<void> {
    const faults = await this.validate({ ...config, name }, signal);
    if (faults.length > 0) throw refused(name, faults);
    const answer = await this.#send({
      method: 'POST',
      path: '/connectors',
      body: { name, config: { ...config, name }, initial_state: 'STOPPED' },
      timeoutMs: this.#validateTimeoutMs,
      signal,
    });
    if (answer.status === 400) {
      throw refused(name, [{ field: 'connector', reasons: [this.#messageOf(answer)] }]);
    }
    this.#expectSuccess(answer, `register connector ${name}`);
  }

  /** Every fault of the configuration, by field. The connector opens the source database for it, and `name` has to be set. */
  async validate(config: ConnectorConfig, signal?: AbortSignal): Promise<readonly ConfigFault[]> {
    const className = config['connector.class'] ?? '';
    await this.#demandPlugins(config, signal);
    const answer = await this.#send({
      method: 'PUT',
      path: `/connector-plugins/${encodeURIComponent(className)}/config/validate`,
      body: config,
      timeoutMs: this.#validateTimeoutMs,
      signal,
    });
    return this.#parse(validationSchema, answer, 'validate the connector')
      .configs.flatMap(({ value }) => (value === null || value.errors.length === 0 ? [] : [value]))
      .map((value) => ({
        field: value.name,
        // Debezium reports a fault once for each pass of its validation.
        reasons: [...new Set(value.errors.map((reason) => this.#withoutValues(reason)))],
      }));
  }

  /** Null when there is no such connector. */
  async getStatus(name: string, signal?: AbortSignal): Promise<ConnectorStatus | null> {
    return this.#getOrNull(connectorStatusSchema, name, '/status', signal);
  }

  async getConfig(name: string, signal?: AbortSignal): Promise<Record<string, string | null> | null> {
    return this.#getOrNull(connectorConfigSchema, name, '/config', signal);
  }

  /** What the connector has stored as its position; empty before its first commit, null without the connector. */
  async getOffsets(name: string, signal?: AbortSignal): Promise<ConnectorOffsets | null> {
    const answer = await this.#getOrNull(connectorOffsetsSchema, name, '/offsets', signal);
    return answer?.offsets ?? null;
  }

  async restart(
    name: string,
    scope: { readonly includeTasks: boolean; readonly onlyFailed: boolean },
    signal?: AbortSignal,
  ): Promise<void> {
    const query = `includeTasks=${scope.includeTasks}&onlyFailed=${scope.onlyFailed}`;
    await this.#act('POST', name, `/restart?${query}`, signal);
  }

  async pause(name: string, signal?: AbortSignal): Promise<void> {
    await this.#act('PUT', name, '/pause', signal);
  }

  async resume(name: string, signal?: AbortSignal): Promise<void> {
    await this.#act('PUT', name, '/resume', signal);
  }

  /** Connectors, converters and transforms of the worker that answers. */
  async listPlugins(signal?: AbortSignal): Promise<readonly ConnectPlugin[]> {
    const answer = await this.#send({
      method: 'GET',
      path: '/connector-plugins?connectorsOnly=false',
      signal,
    });
    return this.#parse(pluginsSchema, answer, 'list plug-ins').map((plugin) => ({
      className: plugin.class,
      type: plugin.type,
      version: plugin.version ?? null,
    }));
  }

  async #demandPlugins(config: ConnectorConfig, signal?: AbortSignal): Promise<void> {
    const present = new Set((await this.listPlugins(signal)).map((plugin) => plugin.className));
    const missing = requiredPlugins(config).filter((className) => !present.has(className));
    if (missing.length === 0) return;
    throw new CausewayError(
      'CONNECT_PLUGIN_MISSING',
      `Kafka Connect at ${this.#peer.url} lacks ${missing.join(', ')}`,
      { facts: { url: this.#peer.url, missing } },
    );
  }

  async #act(
    method: 'POST' | 'PUT',
    name: string,
    suffix: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const path = `/connectors/${encodeURIComponent(name)}${suffix}`;
    const answer = await this.#send({ method, path, signal });
    if (answer.status === 404) {
      throw new CausewayError('CONNECTOR_MISSING', `Kafka Connect has no connector ${name}`, {
        facts: { connector: name },
      });
    }
    this.#expectSuccess(answer, `${method} ${suffix} of connector ${name}`);
  }

  async #getOrNull<Shape extends z.ZodType>(
    schema: Shape,
    name: string,
    suffix: string,
    signal: AbortSignal | undefined,
  ): Promise<z.infer<Shape> | null> {
    const path = `/connectors/${encodeURIComponent(name)}${suffix}`;
    const answer = await this.#send({ method: 'GET', path, signal });
    if (answer.status === 404) return null;
    return this.#parse(schema, answer, `read ${suffix.slice(1)} of connector ${name}`);
  }

  async #send(
    wanted: Omit<JsonRequest, 'signal'> & { signal: AbortSignal | undefined },
  ): Promise<JsonAnswer> {
    const { signal, ...rest } = wanted;
    return this.#peer.send(signal === undefined ? rest : { ...rest, signal });
  }

  #parse<Shape extends z.ZodType>(schema: Shape, answer: JsonAnswer, action: string): z.infer<Shape> {
    this.#expectSuccess(answer, action);
    const parsed = schema.safeParse(answer.body);
    if (parsed.success) return parsed.data;
    throw this.#unexpected(action, `the answer has another shape: ${parsed.error.issues[0]?.path.join('.')}`);
  }

  #expectSuccess(answer: JsonAnswer, action: string): void {
    if (answer.status >= 200 && answer.status < 300) return;
    throw this.#unexpected(action, `status ${answer.status}, ${this.#messageOf(answer)}`);
  }

  #unexpected(action: string, reason: string): CausewayError {
    return new CausewayError(
      'CONNECT_ANSWER_UNEXPECTED',
      `Could not ${action} at ${this.#peer.url}: ${reason}`,
      { facts: { url: this.#peer.url } },
    );
  }

  #messageOf(answer: JsonAnswer): string {
    const known = connectErrorSchema.safeParse(answer.body);
    return known.success ? this.#withoutValues(known.data.message ?? '') : 'no Connect error in the answer';
  }

  /** Connect resolves secret references before it validates, so its messages may quote a resolved secret. */
  #withoutValues(message: string): string {
    const unquoted = message.replaceAll(
      /Invalid value [\s\S]*? for configuration/gu,
      'Invalid value for configuration',
    );
    return redactSecrets(unquoted, this.#secrets);
  }
}

function refused(name: string, faults: readonly ConfigFault[]): CausewayError {
  const lines = faults.map((fault) => `${fault.field}: ${fault.reasons.join('; ')}`);
  return new CausewayError(
    'CONNECTOR_CONFIG_REFUSED',
    `Kafka Connect refuses connector ${name}: ${lines.join(' | ')}`,
    { facts: { connector: name, fields: faults.map((fault) => fault.field) } },
  );
}

function isSameConfig(present: Readonly<Record<string, string | null>>, wanted: ConnectorConfig): boolean {
  const names = new Set([...Object.keys(present), ...Object.keys(wanted)]);
  return [...names].every((name) => present[name] === wanted[name]);
}
