import { createHash } from 'node:crypto';
import type { ConnectClient, ConnectorConfig } from '../../connectors/debezium/connect-client.ts';
import { watchConnector, type ConnectorHealthState } from '../../connectors/debezium/connector-health.ts';
import { mysqlConnectorConfig } from '../../connectors/debezium/mysql-config.ts';
import { requiredPlugins } from '../../connectors/debezium/required-plugins.ts';
import { writeSecretFile } from '../../connectors/debezium/secret-file.ts';
import type { MysqlAddress } from '../../connectors/mysql/mysql-url.ts';
import type { RegistryCanary } from '../../connectors/registry/canary.ts';
import type { RegistryApi } from '../../connectors/registry/registry-api.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { logNames, type LogNames } from '../../schemas/log-names.ts';
import { helperDatabase, markerTable } from '../../schemas/marker-table.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import type { CapturePort, ConnectorState } from './ports.ts';

export interface DebeziumCaptureOptions {
  readonly migration: string;
  readonly source: MysqlAddress;
  readonly connect: ConnectClient;
  readonly secretsDir: string;
  readonly registry: RegistryApi;
  readonly canary: RegistryCanary;
  /** As Connect's workers reach them. */
  readonly registryUrl: string;
  readonly brokers: readonly string[];
}

/** Less than the time between two markers is of no use, and a quiet source needs a sign of life. */
const heartbeatIntervalMs = 1_000;

/** The Debezium connector of one migration, as control drives it. */
export function debeziumCapture(options: DebeziumCaptureOptions): CapturePort {
  const { migration, connect, registry, canary, source } = options;
  const names = logNames(migration);
  const { user: registryUser } = withoutUser(options.registryUrl);
  const secrets = [source.password, ...(registryUser === null ? [] : [registryUser.password])];
  return {
    preflight: async (signal) => {
      await demandPlugins(options, names, signal);
      await registry.checkHealth(signal);
    },
    checkRegistry: async (signal) => canary.check(signal),
    register: async (plan, mustContinue, signal) => {
      const references = await writeSecretFile({
        folder: options.secretsDir,
        connectorName: names.connector,
        secrets: {
          password: source.password,
          ...(registryUser === null ? {} : { registryPassword: registryUser.password }),
        },
      });
      const config = connectorConfig(options, names, plan.tables, references);
      if (mustContinue) await continueConnector(connect, names, config, signal);
      await connect.ensureConnector(names.connector, config, signal);
    },
    watch: async (signal, onState) =>
      watchConnector({
        client: connect,
        name: names.connector,
        signal,
        onState: (state) => onState(connectorState(state)),
        secrets,
      }),
  };
}

function connectorConfig(
  options: DebeziumCaptureOptions,
  names: LogNames,
  tables: readonly TablePlan[],
  references: Readonly<Record<string, string>>,
): ConnectorConfig {
  const { source } = options;
  const { user, url } = withoutUser(options.registryUrl);
  const { password = '', registryPassword = '' } = references;
  return mysqlConnectorConfig({
    connectorName: names.connector,
    topicPrefix: names.topicPrefix,
    logTopic: names.topic,
    schemaHistoryTopic: names.schemaHistoryTopic,
    source: { host: source.host, port: source.port, user: source.user },
    secretRefs: { password },
    serverId: serverIdOf(options),
    tables: [
      { database: helperDatabase, table: markerTable },
      ...tables.map((table) => ({ database: table.source.database, table: table.source.table })),
    ],
    registryUrl: url,
    ...(user === null ? {} : { registryUser: { name: user.name, passwordRef: registryPassword } }),
    kafkaBootstrapServers: options.brokers.join(','),
    heartbeatIntervalMs,
    tls: source.tls,
  });
}

/** Connect shows a connector's configuration to everybody who asks: what it holds must be no password. */
function withoutUser(text: string): { url: string; user: { name: string; password: string } | null } {
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '') return { url: text, user: null };
  const user = { name: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { url: url.href.replace(/\/+$/u, ''), user };
}

/**
 * A replica id that stays the same from start to start. The upper three quarters of the range keep clear of the small
 * numbers that people give to replicas; Connect and Kafka take part, so that two installations do not share one.
 */
function serverIdOf({ migration, brokers, registryUrl }: DebeziumCaptureOptions): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([migration, brokers, registryUrl]))
    .digest();
  return 1_073_741_824 + (digest.readUInt32BE(0) % 3_000_000_000);
}

async function demandPlugins(
  options: DebeziumCaptureOptions,
  names: LogNames,
  signal: AbortSignal,
): Promise<void> {
  const present = new Set((await options.connect.listPlugins(signal)).map(({ className }) => className));
  const missing = requiredPlugins(connectorConfig(options, names, [], {})).filter(
    (name) => !present.has(name),
  );
  if (missing.length === 0) return;
  throw new CausewayError('CONNECT_PLUGIN_MISSING', `Kafka Connect lacks ${missing.join(', ')}`, {
    facts: { missing },
  });
}

/**
 * Lets a connector go on only from a position that Connect has stored. One that Connect does not know any more is made
 * stopped, so that its position can be looked at before it does anything.
 */
async function continueConnector(
  connect: ConnectClient,
  names: LogNames,
  config: ConnectorConfig,
  signal: AbortSignal,
): Promise<void> {
  const status = await connect.getStatus(names.connector, signal);
  if (status === null) await connect.createStopped(names.connector, config, signal);
  const offsets = (await connect.getOffsets(names.connector, signal)) ?? [];
  if (!offsets.some(({ offset }) => offset !== null)) {
    throw new CausewayError(
      'LOG_GAP',
      `Kafka Connect has lost the position of connector ${names.connector}: it would start at the end of the binlog, and what was committed since its last record would be missing from the log`,
      { facts: { connector: names.connector, topic: names.topic } },
    );
  }
  if (status === null || status.connector.state === 'STOPPED') await connect.resume(names.connector, signal);
}

function connectorState(state: ConnectorHealthState): ConnectorState {
  switch (state.kind) {
    case 'healthy':
      return { state: 'healthy', cause: null };
    case 'unreachable':
      return { state: 'unreachable', cause: state.cause };
    case 'restart':
      return { state: 'restarting', cause: state.cause };
    case 'give-up':
      return { state: 'failing', cause: state.cause };
    case 'wait':
      return {
        state: state.reason === 'delay' ? 'restarting' : state.reason,
        cause: state.cause,
      };
    default:
      return state satisfies never;
  }
}
