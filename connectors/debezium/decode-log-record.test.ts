import { describe, expect, it } from 'vitest';
import {
  decoderOf,
  encode,
  envelopeSchema,
  heartbeatSchema,
  schemaChangeSchema,
  source,
  transactionSchema,
} from './decode-fixture.ts';

const point = {
  type: 'record',
  name: 'Point',
  namespace: 'io.debezium.data.geometry',
  fields: [
    { name: 'x', type: 'double' },
    { name: 'wkb', type: ['null', 'bytes'] },
  ],
  'connect.name': 'io.debezium.data.geometry.Point',
};
const orders = envelopeSchema('probe.shop.orders', [
  { name: 'id', type: 'long' },
  { name: 'code', type: 'string' },
  { name: 'at', type: ['null', { type: 'long', 'connect.name': 'io.debezium.time.MicroTimestamp' }] },
  { name: 'place', type: ['null', point], default: null },
  { name: 'moved_to', type: ['null', 'io.debezium.data.geometry.Point'], default: null },
  {
    name: 'flags',
    type: {
      type: 'bytes',
      'connect.name': 'io.debezium.data.Bits',
      'connect.parameters': { length: '3' },
    },
  },
  { name: 'count', type: ['int', 'null'], default: 5 },
]);

const before = {
  id: 1,
  code: 'a',
  at: null,
  place: { x: 1.5, wkb: null },
  moved_to: null,
  flags: Buffer.from([5]),
  count: null,
};
const after = { ...before, code: 'b', at: 9_007_199_254_740_000, moved_to: { x: 2, wkb: Buffer.from('w') } };
const transaction = { id: source.gtid, total_order: 3, data_collection_order: 1 };

function event(op: string, extra: object = {}): object {
  return { before, after, source, transaction, op, ts_ms: null, ...extra };
}

describe('LogRecordDecoder', () => {
  it('decodes an update with longs as bigint, NULL as null and both images', async () => {
    const { decoder } = decoderOf([orders]);
    const decoded = await decoder.decode(encode(1, orders, event('u'), 9n));
    expect(decoded).toMatchObject({
      kind: 'row',
      offset: 9n,
      op: 'update',
      database: 'shop',
      table: 'orders',
      transactionId: source.gtid,
      totalOrder: 3n,
      gtid: source.gtid,
      sourceMs: 1_700_000_000_123,
    });
    if (decoded.kind !== 'row') throw new Error('no row');
    expect({ ...decoded.before }).toMatchObject({ id: 1n, code: 'a', at: null, count: null });
    expect(decoded.after).toMatchObject({
      code: 'b',
      at: 9_007_199_254_740_000n,
      flags: Buffer.from([5]),
      moved_to: { x: 2, wkb: Buffer.from('w') },
    });
  });

  it('describes the row by its writer schema, once for all rows', async () => {
    const { decoder, asked } = decoderOf([orders]);
    const first = await decoder.decode(encode(1, orders, event('u')));
    const second = decoder.tryDecode(encode(1, orders, event('c', { before: null })));
    if (first.kind !== 'row' || second?.kind !== 'row') throw new Error('no rows');
    expect(second.schema).toBe(first.schema);
    expect(asked).toEqual([1]);
    expect(first.schema.registryId).toBe(1);
    expect(first.schema.fields.map(({ name, isNullable, avroType }) => [name, isNullable, avroType])).toEqual(
      [
        ['id', false, 'long'],
        ['code', false, 'string'],
        ['at', true, 'long'],
        ['place', true, 'record'],
        ['moved_to', true, 'record'],
        ['flags', false, 'bytes'],
        ['count', true, 'int'],
      ],
    );
    expect(first.schema.fields[2]).toMatchObject({ connectName: 'io.debezium.time.MicroTimestamp' });
    expect(first.schema.fields[5]).toMatchObject({ connectParameters: { length: '3' } });
    expect(first.schema.fields[4]).toMatchObject({ connectName: 'io.debezium.data.geometry.Point' });
  });

  it('answers null for a schema it does not have yet', () => {
    const { decoder } = decoderOf([orders]);
    expect(decoder.tryDecode(encode(1, orders, event('u')))).toBeNull();
  });

  it('keeps of the image before the change only the columns asked for', async () => {
    const beforeColumns = new Map([['shop.orders', ['id', 'code']]]);
    const { decoder } = decoderOf([orders], { beforeColumns });
    const decoded = await decoder.decode(encode(1, orders, event('u')));
    if (decoded.kind !== 'row') throw new Error('no row');
    expect(Object.entries(decoded.before ?? {})).toEqual([
      ['id', 1n],
      ['code', 'a'],
    ]);
    expect(decoded.after).toMatchObject({ place: { x: 1.5, wkb: null } });
    expect(decoded.schema.fields).toHaveLength(7);
  });

  it('decodes insert, delete and TRUNCATE', async () => {
    const { decoder } = decoderOf([orders]);
    const insert = await decoder.decode(encode(1, orders, event('c', { before: null })));
    expect(insert).toMatchObject({ kind: 'row', op: 'insert', before: null });
    const gone = decoder.tryDecode(encode(1, orders, event('d', { after: null })));
    expect(gone).toMatchObject({ kind: 'row', op: 'delete', after: null });
    const empty = event('t', { before: null, after: null, transaction: null });
    expect(decoder.tryDecode(encode(1, orders, empty))).toEqual({
      kind: 'truncate',
      offset: 0n,
      database: 'shop',
      table: 'orders',
      gtid: source.gtid,
      sourceMs: 1_700_000_000_123,
    });
  });

  it('L6: leaves the transaction null of a row that stands outside one', async () => {
    const { decoder } = decoderOf([orders]);
    const decoded = await decoder.decode(encode(1, orders, event('u', { transaction: null })));
    expect(decoded).toMatchObject({ kind: 'row', transactionId: null, totalOrder: null });
  });

  it('decodes BEGIN, END, heartbeats and tombstones', async () => {
    const { decoder } = decoderOf([transactionSchema, heartbeatSchema]);
    const begin = { status: 'BEGIN', id: 'x:1', event_count: null, ts_ms: 5 };
    expect(await decoder.decode(encode(1, transactionSchema, begin, 1n))).toEqual({
      kind: 'begin',
      offset: 1n,
      transactionId: 'x:1',
    });
    const end = { status: 'END', id: 'x:1', event_count: 2, ts_ms: 5 };
    expect(await decoder.decode(encode(1, transactionSchema, end, 2n))).toEqual({
      kind: 'end',
      offset: 2n,
      transactionId: 'x:1',
      eventCount: 2n,
      sourceCommitMs: 5,
    });
    const heartbeat = { kind: 'heartbeat', offset: 3n };
    expect(await decoder.decode(encode(2, heartbeatSchema, { ts_ms: 1 }, 3n))).toEqual(heartbeat);
    expect(decoder.tryDecode({ offset: 3n, key: null, value: null, timestampMs: 0 })).toEqual(heartbeat);
  });

  it('decodes schema changes with every table they may touch, and tells the snapshot from the stream', async () => {
    const { decoder } = decoderOf([schemaChangeSchema]);
    const rename = {
      source: { ...source, table: 'items,items_old' },
      ts_ms: 1,
      databaseName: 'shop',
      ddl: 'RENAME TABLE items TO items_old',
      tableChanges: [{ type: 'ALTER', id: '"shop"."items_old"' }],
    };
    expect(await decoder.decode(encode(1, schemaChangeSchema, rename))).toEqual({
      kind: 'schema-change',
      offset: 0n,
      isSnapshot: false,
      gtid: source.gtid,
      database: 'shop',
      ddl: 'RENAME TABLE items TO items_old',
      tables: ['shop.items_old', 'shop.items', 'shop.items,items_old'],
    });
    for (const snapshot of ['true', 'last']) {
      const change = { ...rename, source: { ...source, snapshot, gtid: null } };
      expect(decoder.tryDecode(encode(1, schemaChangeSchema, change))).toMatchObject({
        isSnapshot: true,
        gtid: null,
      });
    }
  });
});

describe('LogRecordDecoder refuses', () => {
  const undecodable = expect.objectContaining({ code: 'LOG_RECORD_UNDECODABLE' });
  const unknown = expect.objectContaining({ code: 'LOG_RECORD_UNKNOWN' });

  it('values without a schema id, naming the offset', async () => {
    const { decoder } = decoderOf([orders]);
    for (const value of [Buffer.alloc(0), Buffer.from('{"json":1}'), Buffer.from([0, 0, 0])]) {
      const record = { offset: 4n, key: null, value, timestampMs: 0 };
      await expect(decoder.decode(record)).rejects.toMatchObject({
        code: 'LOG_RECORD_UNDECODABLE',
        facts: { offset: 4n },
      });
    }
  });

  it('values that are cut off or have bytes left over, naming offset and schema', async () => {
    const { decoder } = decoderOf([orders]);
    const { value } = encode(1, orders, event('u'));
    if (value === null) throw new Error('no value');
    for (const wrong of [value.subarray(0, -1), Buffer.concat([value, Buffer.from([0])])]) {
      const record = { offset: 4n, key: null, value: wrong, timestampMs: 0 };
      await expect(decoder.decode(record)).rejects.toMatchObject({
        code: 'LOG_RECORD_UNDECODABLE',
        facts: { offset: 4n, schemaId: 1 },
      });
    }
  });

  it('schemas that are no Avro record', async () => {
    for (const schema of [
      'no schema',
      { type: 'record' },
      { type: 'record', name: 'x.Envelope', fields: [] },
    ]) {
      const { decoder } = decoderOf([schema as object]);
      await expect(decoder.decode(encode(1, orders, event('u')))).rejects.toEqual(undecodable);
    }
  });

  it('kinds of records it does not know', async () => {
    const message = { ...heartbeatSchema, name: 'Message' };
    const { decoder } = decoderOf([message, orders]);
    await expect(decoder.decode(encode(1, message, { ts_ms: 1 }))).rejects.toEqual(unknown);
    await expect(decoder.decode(encode(2, orders, event('m')))).rejects.toEqual(unknown);
    const snapshot = event('r', { source: { ...source, snapshot: 'true' } });
    await expect(decoder.decode(encode(2, orders, snapshot))).rejects.toEqual(unknown);
  });

  it('L8: a row that names another table than its schema does', async () => {
    const { decoder } = decoderOf([orders]);
    const other = event('u', { source: { ...source, table: 'customers' } });
    await expect(decoder.decode(encode(1, orders, other))).rejects.toMatchObject({
      code: 'LOG_SCHEMA_MISMATCH',
    });
  });

  it('L8: takes the names that Avro cannot write for the same', async () => {
    const odd = envelopeSchema('probe.shop.odd__name.x_', [{ name: 'id', type: 'long' }]);
    const { decoder } = decoderOf([odd]);
    const row = { id: 1 };
    const extra = { before: null, after: row, source: { ...source, table: 'odd, name.x$' } };
    const decoded = await decoder.decode(encode(1, odd, event('c', extra)));
    expect(decoded).toMatchObject({ kind: 'row', table: 'odd, name.x$', after: { id: 1n } });
  });

  it('changes without the row image they need', async () => {
    const { decoder } = decoderOf([orders]);
    for (const wrong of [
      event('u', { before: null }),
      event('d', { before: null }),
      event('c', { after: null }),
    ]) {
      await expect(decoder.decode(encode(1, orders, wrong))).rejects.toEqual(undecodable);
    }
  });
});
