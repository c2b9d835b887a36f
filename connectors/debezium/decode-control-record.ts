import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { AvroRecordNode } from './decode-avro-schema.ts';
import type { BodyDecoder } from './decode-envelope.ts';
import { compileReader, project, type Projection } from './decode-projection.ts';
import { tablesOfSchemaChange } from './decode-table-names.ts';

interface TransactionMetadata {
  readonly status: string;
  readonly id: string;
  readonly event_count: bigint | null;
  readonly ts_ms: bigint;
}

const transactionFields: Projection = { status: true, id: true, event_count: true, ts_ms: true };

/** BEGIN and END of source transactions. */
export function transactionDecoder(writer: AvroRecordNode): BodyDecoder {
  const read = compileReader<TransactionMetadata>(writer, project(writer, transactionFields));
  return (body, offset) => {
    const { status, id: transactionId, event_count: eventCount, ts_ms } = read(body);
    if (status === 'BEGIN') return { kind: 'begin', offset, transactionId };
    if (status !== 'END') {
      throw new CausewayError('LOG_RECORD_UNKNOWN', `Transaction status "${status}" at offset ${offset}`, {
        facts: { offset, status },
      });
    }
    if (eventCount === null) throw new Error('the END of a transaction carries no count');
    return { kind: 'end', offset, transactionId, eventCount, sourceCommitMs: Number(ts_ms) };
  };
}

interface SchemaChange {
  readonly source: {
    readonly snapshot: string | null;
    readonly db: string;
    readonly table: string | null;
    readonly gtid: string | null;
  };
  readonly databaseName: string | null;
  readonly ddl: string | null;
  readonly tableChanges: readonly { readonly id: string }[];
}

const schemaChangeFields: Projection = {
  source: { snapshot: true, db: true, table: true, gtid: true },
  databaseName: true,
  ddl: true,
  tableChanges: { id: true },
};

export function schemaChangeDecoder(writer: AvroRecordNode): BodyDecoder {
  const read = compileReader<SchemaChange>(writer, project(writer, schemaChangeFields));
  return (body, offset) => {
    const { source, databaseName, ddl, tableChanges } = read(body);
    const database = databaseName ?? source.db;
    return {
      kind: 'schema-change',
      offset,
      isSnapshot: source.snapshot !== null && source.snapshot !== 'false',
      gtid: source.gtid,
      database,
      ddl: ddl ?? '',
      tables: tablesOfSchemaChange({
        changeIds: tableChanges.map(({ id }) => id),
        databases: [database, source.db],
        sourceTable: source.table,
        ddl: ddl ?? '',
      }),
    };
  };
}

export function heartbeatDecoder(): BodyDecoder {
  return (_body, offset) => ({ kind: 'heartbeat', offset });
}
