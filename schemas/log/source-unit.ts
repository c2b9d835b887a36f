import { createHash } from 'node:crypto';
import type { SchemaChangeRecord, TruncateRecord } from '../log-item.ts';

/** A record that stands outside BEGIN and END: it is a unit of the log, alone or with others of its position. */
export type UnitRecord = TruncateRecord | SchemaChangeRecord;

/** The position of a TRUNCATE or schema change with digests of the records taken in so far. */
export interface SourceUnit {
  readonly gtid: string;
  readonly records: readonly string[];
}

/**
 * Tells the records of one position apart. A position is one statement, and no statement yields the same record twice:
 * each names another table or another part of the statement. So an equal digest at the same position is a repeat.
 */
export function digestUnitRecord(record: UnitRecord): string {
  const content =
    record.kind === 'truncate'
      ? [record.kind, record.database, record.table]
      : [record.kind, record.database, record.ddl, ...record.tables];
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, digestChars);
}

/** 96 bits: the handful of records of one statement never collide, and a checkpoint stays short. */
const digestChars = 16;
