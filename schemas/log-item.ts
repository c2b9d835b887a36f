/** One record of the log after decoding, before transactions are put together. Offsets are Kafka's, consecutive in the one partition. */
export type DecodedRecord =
  | RowRecord
  | TruncateRecord
  | { readonly kind: 'begin'; readonly offset: bigint; readonly transactionId: string }
  | {
      readonly kind: 'end';
      readonly offset: bigint;
      readonly transactionId: string;
      readonly eventCount: bigint;
      /** Source clock at commit, milliseconds since the epoch; for display, never for a decision. */
      readonly sourceCommitMs: number;
    }
  | { readonly kind: 'heartbeat'; readonly offset: bigint }
  | SchemaChangeRecord;

export interface RowRecord {
  readonly kind: 'row';
  readonly offset: bigint;
  readonly op: 'insert' | 'update' | 'delete';
  readonly database: string;
  readonly table: string;
  /** null when the source published the row outside BEGIN and END, which only XA does. */
  readonly transactionId: string | null;
  readonly totalOrder: bigint | null;
  /** Position of the transaction on the source: the GTID. */
  readonly gtid: string | null;
  readonly sourceMs: number;
  /** Avro fields by Avro name. For an update `before` holds at least key and unique columns. */
  readonly before: AvroRow | null;
  readonly after: AvroRow | null;
  /** Writer schema: what the row's fields and types are is decided by this id alone. */
  readonly schema: RowSchema;
}

/** Decoded by avsc: long as bigint, bytes as Buffer, int/float/double as number, string, boolean, null, nested records as objects. */
export type AvroRow = Readonly<Record<string, unknown>>;

/** The shape of `before`/`after` of one writer schema. */
export interface RowSchema {
  readonly registryId: number;
  readonly fields: readonly RowField[];
}

export interface RowField {
  readonly name: string;
  readonly isNullable: boolean;
  /** Avro primitive or complex type: `int`, `long`, `bytes`, `string`, `boolean`, `float`, `double`, `record`, `array`. */
  readonly avroType: string;
  /** `connect.name`, such as `io.debezium.time.MicroTimestamp`; null for a plain type. */
  readonly connectName: string | null;
  readonly connectParameters: Readonly<Record<string, string>>;
}

export interface TruncateRecord {
  readonly kind: 'truncate';
  readonly offset: bigint;
  readonly database: string;
  readonly table: string;
  readonly gtid: string | null;
  readonly sourceMs: number;
}

export interface SchemaChangeRecord {
  readonly kind: 'schema-change';
  readonly offset: bigint;
  /** Whether it comes from the schema snapshot that the connector takes when it has no stored position. */
  readonly isSnapshot: boolean;
  readonly gtid: string | null;
  readonly database: string;
  readonly ddl: string;
  /** `database.table` of every table the statement touches. */
  readonly tables: readonly string[];
}

/**
 * What a reader of the log works on: units in source commit order, each exactly once, repeats removed, gaps refused.
 * A unit is begin, rows, end; or one truncate; or one schema change. `nextOffset` is where a reader that has taken the
 * item in goes on; only items that carry it are places to stop.
 */
export type LogItem =
  | { readonly kind: 'begin'; readonly transactionId: string; readonly offset: bigint }
  | { readonly kind: 'row'; readonly row: RowRecord }
  | {
      readonly kind: 'end';
      readonly transactionId: string;
      readonly sourceCommitMs: number;
      /** The number of the marker in this transaction, when it is one of this migration's markers. */
      readonly marker: bigint | null;
      readonly nextOffset: bigint;
    }
  | { readonly kind: 'truncate'; readonly truncate: TruncateRecord; readonly nextOffset: bigint }
  | { readonly kind: 'schema-change'; readonly change: SchemaChangeRecord; readonly nextOffset: bigint }
  /** Nothing to apply (heartbeats, repeats, snapshot schema records): only the position moves. */
  | { readonly kind: 'progress'; readonly nextOffset: bigint };

/** What the assembler must remember across restarts: kept in the checkpoint, as JSON. */
export interface AssemblerState {
  /** Transactions already taken in, as a GTID set. */
  readonly gtids: string;
  /** Last marker number seen; decimal digits, null before the first. */
  readonly marker: string | null;
  /** Whether anything but the first schema snapshot has been seen. */
  readonly hasStreamed: boolean;
  /**
   * The position whose TRUNCATE or schema change was taken in last, with digests of its records, as long as nothing newer
   * was: one position may carry several records, and a reader may stop between them. Absent after a transaction.
   */
  readonly unit?: { readonly gtid: string; readonly records: readonly string[] };
}

export const freshAssemblerState: AssemblerState = { gtids: '', marker: null, hasStreamed: false };
