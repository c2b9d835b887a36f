import type { DecodedRecord, LogItem, RowSchema } from '../log-item.ts';
import { nullProbeColumns } from '../marker-table.ts';
import type { MarkerIdentity } from './marker-row.ts';

/** Builds logs record by record for tests: what a connector writes, with offsets given in order. */

export const server = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
export const identity: MarkerIdentity = { database: 'causeway', table: 'marker', migration: 'shop' };

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type WireRecord = DistributiveOmit<DecodedRecord, 'offset'>;

export function gtidOf(number: number | bigint): string {
  return `${server}:${number}`;
}

const schema: RowSchema = { registryId: 1, fields: [] };

export function begin(transaction: number): WireRecord {
  return { kind: 'begin', transactionId: gtidOf(transaction) };
}

export function end(transaction: number, eventCount: number): WireRecord {
  return {
    kind: 'end',
    transactionId: gtidOf(transaction),
    eventCount: BigInt(eventCount),
    sourceCommitMs: transaction,
  };
}

export function row(transaction: number, order: number, value = `${transaction}.${order}`): WireRecord {
  return {
    kind: 'row',
    op: 'insert',
    database: 'shop',
    table: 'orders',
    transactionId: gtidOf(transaction),
    totalOrder: BigInt(order),
    gtid: gtidOf(transaction),
    sourceMs: 0,
    before: null,
    after: { value },
    schema,
  };
}

export function markerRow(
  transaction: number,
  order: number,
  number: number,
  extra: Readonly<Record<string, unknown>> = {},
): WireRecord {
  const nulls = Object.fromEntries(nullProbeColumns.map((column) => [column, null]));
  return {
    ...row(transaction, order),
    database: identity.database,
    table: identity.table,
    op: 'update',
    after: { migration: identity.migration, n: BigInt(number), ...nulls, ...extra },
  } as WireRecord;
}

/** A transaction with one marker and nothing else. */
export function marker(transaction: number, number: number): WireRecord[] {
  return [begin(transaction), markerRow(transaction, 1, number), end(transaction, 1)];
}

/** A transaction with rows only. */
export function transaction(number: number, rows: number): WireRecord[] {
  const orders = Array.from({ length: rows }, (_, index) => index + 1);
  return [begin(number), ...orders.map((order) => row(number, order)), end(number, rows)];
}

export function truncate(position: number | null, table = 'orders'): WireRecord {
  return {
    kind: 'truncate',
    database: 'shop',
    table,
    gtid: position === null ? null : gtidOf(position),
    sourceMs: 0,
  };
}

export function schemaChange(position: number | null, ddl: string, tables = ['shop.orders']): WireRecord {
  return {
    kind: 'schema-change',
    isSnapshot: false,
    gtid: position === null ? null : gtidOf(position),
    database: 'shop',
    ddl,
    tables,
  };
}

export function snapshotSchema(): WireRecord {
  return {
    kind: 'schema-change',
    isSnapshot: true,
    gtid: null,
    database: 'shop',
    ddl: 'CREATE TABLE orders (id INT)',
    tables: ['shop.orders'],
  };
}

export const heartbeat: WireRecord = { kind: 'heartbeat' };

export function withOffsets(wire: readonly WireRecord[], from = 0n): DecodedRecord[] {
  return wire.map((record, index) => ({ ...record, offset: from + BigInt(index) }));
}

/** What a reader gets to see, in short words; progress items left out. */
export function describeItem(item: LogItem): string | null {
  switch (item.kind) {
    case 'begin':
      return `begin ${numberOf(item.transactionId)}`;
    case 'row':
      return `row ${String(item.row.after?.['value'])}`;
    case 'end': {
      const suffix = item.marker === null ? '' : ` marker ${item.marker}`;
      return `end ${numberOf(item.transactionId)}${suffix}`;
    }
    case 'truncate':
      return `truncate ${item.truncate.table} ${numberOf(item.truncate.gtid ?? '')}`;
    case 'schema-change':
      return `ddl ${item.change.ddl}`;
    case 'progress':
      return null;
    default:
      return item satisfies never;
  }
}

export function describeItems(items: readonly LogItem[]): string[] {
  return items.map(describeItem).filter((text) => text !== null);
}

function numberOf(gtid: string): string {
  return gtid.slice(server.length + 1);
}
