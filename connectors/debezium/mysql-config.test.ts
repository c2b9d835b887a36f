import { describe, expect, it } from 'vitest';
import { logRecordBytesMax } from '../../schemas/log-limits.ts';
import { mysqlConnectorConfig, type MysqlConnectorInput } from './mysql-config.ts';
import { requiredPlugins } from './required-plugins.ts';

const input: MysqlConnectorInput = {
  connectorName: 'causeway-shop',
  topicPrefix: 'cw_shop',
  logTopic: 'causeway.shop.log',
  schemaHistoryTopic: 'causeway.shop.history',
  source: { host: 'db', port: 3306, user: 'capture' },
  secretRefs: { password: '${file:/s/shop.properties:password}' },
  serverId: 4711,
  tables: [
    { database: 'shop', table: 'orders' },
    { database: 'shop', table: 'order lines' },
  ],
  registryUrl: 'http://registry/apis/registry/v2',
  kafkaBootstrapServers: 'k1:9092,k2:9092',
  heartbeatIntervalMs: 1000,
  tls: 'verify-full',
};

describe('mysqlConnectorConfig', () => {
  it('captures exactly the given tables', () => {
    const config = mysqlConnectorConfig(input);
    expect(config['database.include.list']).toBe('shop');
    expect(config['table.include.list']).toBe('shop\\.orders,shop\\.order\\x{20}lines');
  });

  it('sends everything through KeepNulls and then into the one log', () => {
    const config = mysqlConnectorConfig(input);
    expect(config['transforms']).toBe('keepNulls,route');
    expect(config['transforms.route.regex']).toBe('.*');
    expect(config['transforms.route.replacement']).toBe('causeway.shop.log');
  });

  it('lets no value, event or record be dropped or replaced', () => {
    expect(mysqlConnectorConfig(input)).toMatchObject({
      'event.converting.failure.handling.mode': 'fail',
      'event.processing.failure.handling.mode': 'fail',
      'inconsistent.schema.handling.mode': 'fail',
      'errors.tolerance': 'none',
      'skipped.operations': 'none',
      'snapshot.mode': 'no_data',
      'schema.history.internal.skip.unparseable.ddl': 'false',
      'enable.time.adjuster': 'false',
      'producer.override.delivery.timeout.ms': '2147483647',
      'producer.override.acks': 'all',
      'producer.override.enable.idempotence': 'true',
    });
  });

  it('gives the producer the size limit of the log and a buffer that holds more than one such record', () => {
    const config = mysqlConnectorConfig(input);
    expect(Number(config['producer.override.max.request.size'])).toBe(logRecordBytesMax);
    expect(Number(config['producer.override.buffer.memory'])).toBeGreaterThan(logRecordBytesMax);
  });

  it('never falls back to plain text unless TLS is disabled by name', () => {
    const modes = (['disabled', 'required', 'verify-ca', 'verify-full'] as const).map(
      (tls) => mysqlConnectorConfig({ ...input, tls })['database.ssl.mode'],
    );
    expect(modes).toEqual(['disabled', 'required', 'verify_ca', 'verify_identity']);
    expect(mysqlConnectorConfig(input)).not.toHaveProperty('driver.allowPublicKeyRetrieval');
    expect(mysqlConnectorConfig({ ...input, tls: 'disabled' })).toHaveProperty(
      'driver.allowPublicKeyRetrieval',
      'true',
    );
  });

  it('carries secrets only as references', () => {
    const config = mysqlConnectorConfig({
      ...input,
      truststorePath: '/s/trust.jks',
      secretRefs: { password: '${file:/s/a:password}', truststorePassword: '${file:/s/a:truststore}' },
    });
    const secretSettings = Object.entries(config).filter(([name]) => name.includes('password'));
    expect(secretSettings).toHaveLength(2);
    for (const [, value] of secretSettings) expect(value).toMatch(/^\$\{file:/);
  });

  it("gives the converters the registry's user, and its password as a reference", () => {
    const config = mysqlConnectorConfig({
      ...input,
      registryUser: { name: 'cw', passwordRef: '${file:/s/a:registryPassword}' },
    });
    for (const part of ['key', 'value']) {
      expect(config[`${part}.converter.apicurio.auth.username`]).toBe('cw');
      expect(config[`${part}.converter.apicurio.auth.password`]).toBe('${file:/s/a:registryPassword}');
    }
    expect(Object.keys(mysqlConnectorConfig(input)).filter((name) => name.includes('auth'))).toEqual([]);
  });

  it('gives the schema history the security settings of Kafka clients, as producer and as consumer', () => {
    const config = mysqlConnectorConfig({ ...input, kafkaClient: { 'security.protocol': 'SSL' } });
    expect(config['schema.history.internal.producer.security.protocol']).toBe('SSL');
    expect(config['schema.history.internal.consumer.security.protocol']).toBe('SSL');
  });

  it('names every plug-in that a worker needs', () => {
    expect(requiredPlugins(mysqlConnectorConfig(input))).toEqual([
      'io.debezium.connector.mysql.MySqlConnector',
      'io.apicurio.registry.utils.converter.AvroConverter',
      'causeway.connect.KeepNulls',
      'org.apache.kafka.connect.transforms.RegexRouter',
    ]);
  });

  it('does not use the zero-date converter, which turns the first real value after a change of structure into NULL', () => {
    expect(mysqlConnectorConfig(input)).not.toHaveProperty('converters');
  });

  it('holds only strings, as Connect demands', () => {
    for (const value of Object.values(mysqlConnectorConfig(input))) expect(typeof value).toBe('string');
  });
});
