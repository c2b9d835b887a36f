import { logRecordBytesMax } from '../../schemas/log-limits.ts';
import type { ConnectorConfig } from './connect-client.ts';
import { includeList, tableIncludeList } from './include-list.ts';

export interface MysqlConnectorInput {
  readonly connectorName: string;
  /** Unique among all connectors that share the Kafka cluster; it names offsets, markers and Avro records. */
  readonly topicPrefix: string;
  readonly logTopic: string;
  readonly schemaHistoryTopic: string;
  readonly source: { readonly host: string; readonly port: number; readonly user: string };
  /** Config-provider references such as `${file:/run/causeway/orders.properties:password}`, never the secrets. */
  readonly secretRefs: { readonly password: string; readonly truststorePassword?: string };
  /** Unique among all replicas and connectors of the source: MySQL ends the older of two with the same id. */
  readonly serverId: number;
  readonly tables: readonly { readonly database: string; readonly table: string }[];
  /** As Connect's workers reach it, such as `http://registry:8080/apis/registry/v2`, without user and password. */
  readonly registryUrl: string;
  /** For a registry that wants basic authentication: the user, and the reference of the password. */
  readonly registryUser?: { readonly name: string; readonly passwordRef: string };
  readonly kafkaBootstrapServers: string;
  readonly heartbeatIntervalMs: number;
  readonly tls: 'disabled' | 'required' | 'verify-ca' | 'verify-full';
  /** A Java key store on the workers with the authority that signed the source's certificate. */
  readonly truststorePath?: string;
  /** Security settings of Kafka clients (SASL, TLS) that the schema history needs as well as the workers. */
  readonly kafkaClient?: Readonly<Record<string, string>>;
}

/**
 * The Debezium MySQL connector that feeds one log. Only options that differ from Debezium's default, or whose default
 * must not change under us, are set; the reason stands at each.
 */
export function mysqlConnectorConfig(input: MysqlConnectorInput): ConnectorConfig {
  return {
    // Connect takes the name from the URL when it registers, but wants it here when it validates.
    name: input.connectorName,
    'connector.class': 'io.debezium.connector.mysql.MySqlConnector',
    // One binlog is one stream: the connector has one task by nature.
    'tasks.max': '1',
    'topic.prefix': input.topicPrefix,
    ...sourceSettings(input),
    ...startSettings(input),
    ...eventSettings(input),
    ...valueSettings(),
    ...failureSettings(),
    ...flowSettings(),
    ...converterSettings('key', input),
    ...converterSettings('value', input),
    ...transformSettings(input.logTopic),
    ...producerSettings(),
  };
}

function sourceSettings(input: MysqlConnectorInput): ConnectorConfig {
  return {
    'database.hostname': input.source.host,
    'database.port': String(input.source.port),
    'database.user': input.source.user,
    'database.password': input.secretRefs.password,
    'database.server.id': String(input.serverId),
    ...tlsSettings(input),
    // Databases are listed too: without it Debezium parses the DDL of every database on the server.
    'database.include.list': includeList([...new Set(input.tables.map(({ database }) => database))]),
    'table.include.list': tableIncludeList(input.tables),
    // Dumps wait for a stalled Kafka; the server's default would drop the connection after 60 s.
    'binlog.net.write.timeout': '600',
  };
}

function tlsSettings(input: MysqlConnectorInput): ConnectorConfig {
  const modes = {
    disabled: 'disabled',
    required: 'required',
    'verify-ca': 'verify_ca',
    'verify-full': 'verify_identity',
  } as const;
  return {
    // Debezium's default, `preferred`, falls back to plain text without a word.
    'database.ssl.mode': modes[input.tls],
    // Without TLS the password of caching_sha2_password travels under the server's RSA key, which has to be fetched.
    ...(input.tls === 'disabled' ? { 'driver.allowPublicKeyRetrieval': 'true' } : {}),
    ...(input.truststorePath === undefined ? {} : { 'database.ssl.truststore': input.truststorePath }),
    ...(input.secretRefs.truststorePassword === undefined
      ? {}
      : { 'database.ssl.truststore.password': input.secretRefs.truststorePassword }),
  };
}

function startSettings(input: MysqlConnectorInput): ConnectorConfig {
  const history = 'schema.history.internal';
  return {
    // Rows are copied by the backfill. `when_needed` would hide lost offsets behind a new snapshot.
    'snapshot.mode': 'no_data',
    // The schema is read under a global read lock, or table locks where a managed server refuses that: DDL between
    // the noted position and the schema read would shift columns. Lock requests stall writers behind them, so the
    // wait is short, and a connector that does not get its lock fails and is started again.
    'snapshot.locking.mode': 'minimal',
    'snapshot.lock.timeout.ms': '3000',
    [`${history}.kafka.topic`]: input.schemaHistoryTopic,
    [`${history}.kafka.bootstrap.servers`]: input.kafkaBootstrapServers,
    // DDL that cannot be parsed leaves a table structure unknown: stop instead.
    [`${history}.skip.unparseable.ddl`]: 'false',
    // All tables of the captured databases: a rename can make any of them a captured one.
    [`${history}.store.only.captured.tables.ddl`]: 'false',
    [`${history}.store.only.captured.databases.ddl`]: 'true',
    ...prefixed(`${history}.producer.`, input.kafkaClient ?? {}),
    ...prefixed(`${history}.consumer.`, input.kafkaClient ?? {}),
  };
}

function eventSettings(input: MysqlConnectorInput): ConnectorConfig {
  return {
    // BEGIN and END with counts: without them source transactions cannot be put together again.
    'provide.transaction.metadata': 'true',
    // TRUNCATE is skipped by default, and its rows would stay on the target.
    'skipped.operations': 'none',
    // The log is not compacted: a tombstone would be one more record to skip.
    'tombstones.on.delete': 'false',
    // DDL is a barrier in the log.
    'include.schema.changes': 'true',
    'heartbeat.interval.ms': String(input.heartbeatIntervalMs),
    // Four headers on each record that repeat the connector's name.
    'extended.headers.enabled': 'false',
    // Avro allows fewer characters in names than MySQL does.
    'schema.name.adjustment.mode': 'avro',
    'field.name.adjustment.mode': 'avro',
  };
}

function valueSettings(): ConnectorConfig {
  return {
    // Exact digits as text, for every precision.
    'decimal.handling.mode': 'string',
    // The default, `long`, turns values above 2^63-1 negative.
    'bigint.unsigned.handling.mode': 'precise',
    'binary.handling.mode': 'bytes',
    'time.precision.mode': 'adaptive_time_microseconds',
    // The default turns the year 69 that a column really holds into 2069.
    'enable.time.adjuster': 'false',
  };
}

function failureSettings(): ConnectorConfig {
  return {
    // The default, `warn`, writes NULL for a value that cannot be converted.
    'event.converting.failure.handling.mode': 'fail',
    'event.processing.failure.handling.mode': 'fail',
    // An event of a table whose structure is unknown must not be dropped.
    'inconsistent.schema.handling.mode': 'fail',
    // Endless retries, the default, leave the task RUNNING while nothing is captured. After about a minute it fails,
    // which the connector's watch sees, tells, and restarts within its own limits.
    'errors.max.retries': '12',
    'retriable.restart.connector.wait.ms': '5000',
    // No record may be dropped by a converter or transform.
    'errors.tolerance': 'none',
  };
}

function flowSettings(): ConnectorConfig {
  return {
    'max.batch.size': '8192',
    'max.queue.size': '32768',
    // Rows may be large: the queue is bounded by bytes as well, at a fraction of a worker's heap.
    'max.queue.size.in.bytes': String(128 * 1024 * 1024),
    // The default of 500 ms would be most of the lag.
    'poll.interval.ms': '20',
  };
}

function converterSettings(
  part: 'key' | 'value',
  { registryUrl, registryUser }: MysqlConnectorInput,
): ConnectorConfig {
  return {
    [`${part}.converter`]: 'io.apicurio.registry.utils.converter.AvroConverter',
    ...prefixed(`${part}.converter.`, {
      'apicurio.registry.url': registryUrl,
      'apicurio.registry.auto-register': 'true',
      // Magic byte, four bytes of content id, Avro: what every Avro consumer reads.
      'apicurio.registry.use-id': 'contentId',
      'apicurio.registry.id-handler': 'io.apicurio.registry.serde.Legacy4ByteIdHandler',
      'apicurio.registry.headers.enabled': 'false',
      // The subject is the record's name: one topic carries the schemas of many tables.
      'apicurio.registry.artifact-resolver-strategy':
        'io.apicurio.registry.serde.avro.strategy.RecordIdStrategy',
      ...(registryUser === undefined
        ? {}
        : {
            'apicurio.auth.username': registryUser.name,
            'apicurio.auth.password': registryUser.passwordRef,
          }),
    }),
  };
}

function transformSettings(logTopic: string): ConnectorConfig {
  return {
    transforms: 'keepNulls,route',
    // Without it NULL arrives as the column's default.
    'transforms.keepNulls.type': 'causeway.connect.KeepNulls',
    // Rows, BEGIN and END, truncates, DDL and heartbeats share one topic with one partition: one total order.
    'transforms.route.type': 'org.apache.kafka.connect.transforms.RegexRouter',
    'transforms.route.regex': '.*',
    'transforms.route.replacement': logTopic,
  };
}

function producerSettings(): ConnectorConfig {
  return prefixed('producer.override.', {
    acks: 'all',
    // Retries neither double nor reorder records, with up to five requests under way.
    'enable.idempotence': 'true',
    'max.in.flight.requests.per.connection': '5',
    // Never give a batch up: a later one that gets through would leave a hole in the log. Connect's own default,
    // written down because it matters here.
    'delivery.timeout.ms': '2147483647',
    'compression.type': 'lz4',
    'linger.ms': '5',
    'batch.size': '262144',
    'max.request.size': String(logRecordBytesMax),
    // A record larger than the whole buffer is refused, whatever the request size.
    'buffer.memory': String(2 * logRecordBytesMax),
  });
}

function prefixed(prefix: string, settings: Readonly<Record<string, string>>): ConnectorConfig {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [prefix + name, value]));
}
