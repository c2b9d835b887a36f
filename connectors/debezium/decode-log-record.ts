import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { DecodedRecord } from '../../schemas/log-item.ts';
import type { LogRecord } from '../kafka/log-record.ts';
import { avroFieldName } from '../../schemas/types/avro-field-name.ts';
import { parseAvroSchema, type AvroRecordNode } from './decode-avro-schema.ts';
import { heartbeatDecoder, schemaChangeDecoder, transactionDecoder } from './decode-control-record.ts';
import { envelopeDecoder, envelopeSuffix, type BodyDecoder } from './decode-envelope.ts';

/** Where writer schemas come from: the registry, through a durable cache. */
export interface SchemaSource {
  schemaById(id: number): Promise<string>;
}

export interface LogDecoderOptions {
  readonly schemas: SchemaSource;
  /**
   * Columns needed of the image before a change, by `database.table`: at least those of the key and of unique keys.
   * Of a table that is not named the whole image is kept.
   */
  readonly beforeColumns?: ReadonlyMap<string, readonly string[]>;
}

/** Magic byte and schema id. */
const headerBytes = 5;

/**
 * Decodes the records of a log. Each writer schema is compiled once into a reader of the part that is needed; after
 * that a record is decoded without waiting.
 */
export class LogRecordDecoder {
  readonly #schemas: SchemaSource;
  readonly #beforeFields: readonly BeforeFields[];
  readonly #decoders = new Map<number, BodyDecoder>();

  constructor(options: LogDecoderOptions) {
    this.#schemas = options.schemas;
    this.#beforeFields = [...(options.beforeColumns ?? [])].map(([table, columns]) => ({
      suffix: `.${table.replace(/[^A-Za-z0-9_.]/g, '_')}${envelopeSuffix}`,
      fields: new Set(columns.map(avroFieldName)),
    }));
  }

  /** Null when the record's schema is not there yet: `decode` then fetches it. */
  tryDecode(record: LogRecord): DecodedRecord | null {
    const { value, offset } = record;
    // A tombstone: it says nothing that the delete before it did not say.
    if (value === null) return { kind: 'heartbeat', offset };
    const schemaId = readSchemaId(value, offset);
    const decoder = this.#decoders.get(schemaId);
    return decoder === undefined ? null : decodeBody(decoder, value, offset, schemaId);
  }

  async decode(record: LogRecord): Promise<DecodedRecord> {
    const decoded = this.tryDecode(record);
    if (decoded !== null || record.value === null)
      return decoded ?? { kind: 'heartbeat', offset: record.offset };
    const schemaId = readSchemaId(record.value, record.offset);
    const decoder = this.#compile(await this.#schemas.schemaById(schemaId), schemaId, record.offset);
    this.#decoders.set(schemaId, decoder);
    return decodeBody(decoder, record.value, record.offset, schemaId);
  }

  #compile(schema: string, schemaId: number, offset: bigint): BodyDecoder {
    try {
      const writer = parseAvroSchema(schema);
      if (writer.kind !== 'record') throw new Error('the schema is no record');
      return this.#decoderOf(writer, schemaId, offset);
    } catch (error) {
      if (error instanceof CausewayError) throw error;
      throw undecodable(offset, schemaId, error);
    }
  }

  #decoderOf(writer: AvroRecordNode, schemaId: number, offset: bigint): BodyDecoder {
    const { name } = writer;
    if (name.endsWith(envelopeSuffix)) return envelopeDecoder(writer, schemaId, this.#beforeFieldsOf(name));
    if (name.endsWith('.TransactionMetadataValue')) return transactionDecoder(writer);
    if (name.endsWith('.SchemaChangeValue')) return schemaChangeDecoder(writer);
    if (name.endsWith('.Heartbeat')) return heartbeatDecoder();
    throw new CausewayError('LOG_RECORD_UNKNOWN', `The record at offset ${offset} is a ${name}`, {
      facts: { offset, schemaId, schema: name },
    });
  }

  /** Null when no table is meant, or more than one could be: the whole image is always right. */
  #beforeFieldsOf(recordName: string): ReadonlySet<string> | null {
    const matching = this.#beforeFields.filter(({ suffix }) => recordName.endsWith(suffix));
    return matching.length === 1 ? (matching[0]?.fields ?? null) : null;
  }
}

interface BeforeFields {
  readonly suffix: string;
  readonly fields: ReadonlySet<string>;
}

function readSchemaId(value: Buffer, offset: bigint): number {
  if (value.length < headerBytes || value[0] !== 0) {
    throw new CausewayError(
      'LOG_RECORD_UNDECODABLE',
      `The record at offset ${offset} does not begin with a schema id`,
      { facts: { offset, bytes: value.length } },
    );
  }
  return value.readUInt32BE(1);
}

function decodeBody(decoder: BodyDecoder, value: Buffer, offset: bigint, schemaId: number): DecodedRecord {
  try {
    return decoder(value.subarray(headerBytes), offset);
  } catch (error) {
    if (error instanceof CausewayError) throw error;
    throw undecodable(offset, schemaId, error);
  }
}

function undecodable(offset: bigint, schemaId: number, cause: unknown): CausewayError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CausewayError(
    'LOG_RECORD_UNDECODABLE',
    `The record at offset ${offset} cannot be read with schema ${schemaId}: ${reason}`,
    { facts: { offset, schemaId }, cause },
  );
}
