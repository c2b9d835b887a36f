import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { AvroRow, DecodedRecord, RowRecord, RowSchema } from '../../schemas/log-item.ts';
import { valueBranch, type AvroRecordNode } from './decode-avro-schema.ts';
import { compileReader, narrowed, project, withField, type Projection } from './decode-projection.ts';
import { rowSchemaOf } from './decode-row-schema.ts';

/** Decodes the Avro body of one record at an offset. */
export type BodyDecoder = (body: Buffer, offset: bigint) => DecodedRecord;

export const envelopeSuffix = '.Envelope';

interface Envelope {
  readonly before: AvroRow | null;
  readonly after: AvroRow | null;
  readonly source: {
    readonly ts_ms: bigint;
    readonly snapshot: string | null;
    readonly db: string;
    readonly table: string | null;
    readonly gtid: string | null;
  };
  readonly transaction: { readonly id: string; readonly total_order: bigint } | null;
  readonly op: string;
}

const wanted: Projection = {
  before: true,
  after: true,
  source: { ts_ms: true, snapshot: true, db: true, table: true, gtid: true },
  transaction: { id: true, total_order: true },
  op: true,
};

/**
 * The decoder of one table's change events. `beforeFields` narrows the image before the change to what is needed of it;
 * null keeps it whole.
 */
export function envelopeDecoder(
  writer: AvroRecordNode,
  registryId: number,
  beforeFields: ReadonlySet<string> | null,
): BodyDecoder {
  const projected = project(writer, wanted);
  const lacking = Object.keys(wanted).filter(
    (name) => !projected.fields.some((field) => field.name === name),
  );
  if (lacking.length > 0) {
    throw new Error(`the change event has no ${lacking.join(', ')}: is provide.transaction.metadata on?`);
  }
  const before = fieldOf(projected, 'before');
  const reader =
    beforeFields === null ? projected : withField(projected, 'before', narrowed(before, beforeFields));
  const image = valueBranch(fieldOf(projected, 'after'));
  if (image?.kind !== 'record') throw new Error('the row image of the change event is no record');
  const read = compileReader<Envelope>(writer, reader);
  const schema = rowSchemaOf(registryId, image);
  const names = new TableNames(writer.name);
  return (body, offset) => toRecord(read(body), offset, schema, names);
}

function fieldOf(record: AvroRecordNode, name: string): AvroRecordNode['fields'][number]['type'] {
  const field = record.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`the change event has no ${name}`);
  return field.type;
}

function toRecord(envelope: Envelope, offset: bigint, schema: RowSchema, names: TableNames): DecodedRecord {
  const { source, transaction, before, after } = envelope;
  const { db: database, table, gtid } = source;
  if (table === null) throw new Error('the change event names no table');
  names.expect(database, table, offset);
  const sourceMs = Number(source.ts_ms);
  if (envelope.op === 't') return { kind: 'truncate', offset, database, table, gtid, sourceMs };
  const op = operation(envelope, offset);
  const lacksBefore = op !== 'insert' && before === null;
  const lacksAfter = op !== 'delete' && after === null;
  if (lacksBefore || lacksAfter) {
    throw new Error(`the ${op} carries no row image ${lacksBefore ? 'before' : 'after'} the change`);
  }
  return {
    kind: 'row',
    offset,
    op,
    database,
    table,
    transactionId: transaction === null ? null : transaction.id,
    totalOrder: transaction === null ? null : transaction.total_order,
    gtid,
    sourceMs,
    before,
    after,
    schema,
  };
}

function operation({ op, source }: Envelope, offset: bigint): RowRecord['op'] {
  const isStreamed = source.snapshot === null || source.snapshot === 'false';
  if (isStreamed && op === 'c') return 'insert';
  if (isStreamed && op === 'u') return 'update';
  if (isStreamed && op === 'd') return 'delete';
  const what = isStreamed ? `the operation "${op}"` : 'a row read by a snapshot of the connector';
  throw new CausewayError('LOG_RECORD_UNKNOWN', `The record at offset ${offset} carries ${what}`, {
    facts: { offset, op, table: `${source.db}.${source.table ?? ''}` },
  });
}

/**
 * Holds a schema and the table a row names against each other: a registry that gives old ids to other schemas would
 * have columns read as other columns. Debezium names the record `<prefix>.<database>.<table>.Envelope`, in which
 * characters that Avro does not allow are underscores.
 */
class TableNames {
  readonly #recordName: string;
  #database: string | null = null;
  #table: string | null = null;

  constructor(recordName: string) {
    this.#recordName = recordName;
  }

  expect(database: string, table: string, offset: bigint): void {
    if (table === this.#table && database === this.#database) return;
    const expected = `.${database}.${table}`.replace(/[^A-Za-z0-9_.]/g, '_') + envelopeSuffix;
    if (!this.#recordName.endsWith(expected)) {
      throw new CausewayError(
        'LOG_SCHEMA_MISMATCH',
        `The record at offset ${offset} comes from ${database}.${table} but is written with the schema ${this.#recordName}`,
        { facts: { offset, table: `${database}.${table}`, schema: this.#recordName } },
      );
    }
    this.#database = database;
    this.#table = table;
  }
}
