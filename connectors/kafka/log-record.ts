import { createHash } from 'node:crypto';

/** One record of a log as Kafka holds it. */
export interface LogRecord {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Broker's or producer's clock, milliseconds since the epoch; for display only. */
  readonly timestampMs: number;
}

/**
 * SHA-256 (hex) of key and value. A reader keeps it of the record before its position: a topic that was recreated or
 * lost its tail has another record there, or none.
 */
export function hashLogRecord(record: Pick<LogRecord, 'key' | 'value'>): string {
  const hash = createHash('sha256');
  for (const part of [record.key, record.value]) {
    const length = Buffer.alloc(4);
    // A null differs from an empty value.
    length.writeInt32BE(part === null ? -1 : part.length);
    hash.update(length);
    if (part !== null) hash.update(part);
  }
  return hash.digest('hex');
}
