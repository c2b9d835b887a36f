import avro from 'avsc';
import type { LogRecord } from '../kafka/log-record.ts';
import { LogRecordDecoder, type LogDecoderOptions } from './decode-log-record.ts';

/** Schemas and records for tests, in the shapes that Debezium's MySQL connector and the registry's converter write. */

type Field = { readonly name: string; readonly type: unknown; readonly default?: unknown };

const nullableLong = (name: string): Field => ({ name, type: ['null', 'long'], default: null });
const nullableString = (name: string): Field => ({ name, type: ['null', 'string'], default: null });

const snapshotField: Field = {
  name: 'snapshot',
  type: [{ type: 'string', 'connect.name': 'io.debezium.data.Enum', 'connect.default': 'false' }, 'null'],
  default: 'false',
};

function sourceSchema(namespace?: string): object {
  return {
    type: 'record',
    name: 'Source',
    ...(namespace === undefined ? {} : { namespace }),
    fields: [
      { name: 'version', type: 'string' },
      { name: 'name', type: 'string' },
      { name: 'ts_ms', type: 'long' },
      snapshotField,
      { name: 'db', type: 'string' },
      nullableLong('ts_us'),
      nullableString('table'),
      { name: 'server_id', type: 'long' },
      nullableString('gtid'),
      nullableString('query'),
    ],
    'connect.name': 'io.debezium.connector.mysql.Source',
  };
}

export const source = {
  version: '3.6.1.Final',
  name: 'probe',
  ts_ms: 1_700_000_000_123,
  snapshot: 'false',
  db: 'shop',
  ts_us: 1_700_000_000_123_456,
  table: 'orders',
  server_id: 1,
  gtid: '3e11fa47-71ca-11e1-9e33-c80aa9429562:7',
  query: null,
};

export function envelopeSchema(namespace: string, fields: readonly Field[]): object {
  return {
    type: 'record',
    name: 'Envelope',
    namespace,
    fields: [
      { name: 'before', type: ['null', { type: 'record', name: 'Value', fields }], default: null },
      { name: 'after', type: ['null', 'Value'], default: null },
      { name: 'source', type: sourceSchema('io.debezium.connector.mysql') },
      {
        name: 'transaction',
        type: [
          'null',
          {
            type: 'record',
            name: 'block',
            namespace: 'event',
            fields: [
              { name: 'id', type: 'string' },
              { name: 'total_order', type: 'long' },
              { name: 'data_collection_order', type: 'long' },
            ],
          },
        ],
        default: null,
      },
      { name: 'op', type: 'string' },
      nullableLong('ts_ms'),
    ],
    'connect.name': `${namespace}.Envelope`,
  };
}

export const schemaChangeSchema = {
  type: 'record',
  name: 'SchemaChangeValue',
  namespace: 'io.debezium.connector.mysql',
  fields: [
    { name: 'source', type: sourceSchema() },
    { name: 'ts_ms', type: 'long' },
    nullableString('databaseName'),
    nullableString('ddl'),
    {
      name: 'tableChanges',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Change',
          fields: [
            { name: 'type', type: 'string' },
            { name: 'id', type: 'string' },
          ],
        },
      },
    },
  ],
};

export const transactionSchema = {
  type: 'record',
  name: 'TransactionMetadataValue',
  namespace: 'io.debezium.connector.common',
  fields: [
    { name: 'status', type: 'string' },
    { name: 'id', type: 'string' },
    nullableLong('event_count'),
    { name: 'ts_ms', type: 'long' },
  ],
};

export const heartbeatSchema = {
  type: 'record',
  name: 'Heartbeat',
  namespace: 'io.debezium.connector.common',
  fields: [{ name: 'ts_ms', type: 'long' }],
};

export function encode(schemaId: number, schema: object, value: unknown, offset = 0n): LogRecord {
  const type = avro.Type.forSchema(schema as avro.Schema, { wrapUnions: false });
  const header = Buffer.alloc(5);
  header.writeUInt32BE(schemaId, 1);
  return { offset, key: null, value: Buffer.concat([header, type.toBuffer(value)]), timestampMs: 0 };
}

/** A decoder that knows the schemas, by id from 1, and how often it asked for them. */
export function decoderOf(schemas: readonly object[], options: Omit<LogDecoderOptions, 'schemas'> = {}) {
  const asked: number[] = [];
  const decoder = new LogRecordDecoder({
    ...options,
    schemas: {
      async schemaById(id) {
        asked.push(id);
        return JSON.stringify(schemas[id - 1]);
      },
    },
  });
  return { decoder, asked };
}
