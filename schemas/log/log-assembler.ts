import { CausewayError, type ErrorFacts } from '../errors/causeway-error.ts';
import { GtidSet } from '../gtid-set.ts';
import { parseGtid, type Gtid } from '../gtid.ts';
import type {
  AssemblerState,
  DecodedRecord,
  LogItem,
  RowRecord,
  SchemaChangeRecord,
  TruncateRecord,
} from '../log-item.ts';
import { logGap } from './log-gap.ts';
import { readMarker, type MarkerIdentity } from './marker-row.ts';
import { digestUnitRecord, type SourceUnit, type UnitRecord } from './source-unit.ts';
import type { StateChange } from './state-trail.ts';

export interface LogAssemblerInput {
  /** As of `nextOffset`. */
  readonly state: AssemblerState;
  /** Offset of the first record that will be accepted. */
  readonly nextOffset: bigint;
  readonly markerIdentity: MarkerIdentity;
  readonly checks?: AssemblerChecks;
}

/** Mechanisms that control runs of tests switch off, to see that something then goes wrong. */
export interface AssemblerChecks {
  /** Units that were taken in before are dropped. */
  readonly dedupe: boolean;
  /** What is missing halts. */
  readonly gapDetection: boolean;
}

export const allChecks: AssemblerChecks = { dedupe: true, gapDetection: true };

/**
 * Turns the records of a log into units in source commit order, each exactly once. It is the one place where repeats
 * are dropped and gaps are found; every reader of a log goes through it.
 *
 * Kafka Connect delivers at least once. After a crash the connector goes back to its last stored position, which may lie
 * many transactions back or inside one, and writes everything from there again. So the log may jump back at any record,
 * also while a transaction is open. The rules:
 * - a transaction is BEGIN, rows numbered from 1 without a hole, END with their count;
 * - whatever belongs to a transaction already taken in is a repeat;
 * - rows of the open transaction repeat up to the number already seen, with or without its BEGIN again;
 * - TRUNCATE and schema changes stand alone; their position (GTID) tells whether they are repeats;
 * - anything else means that something is missing, and halts.
 *
 * What `state()` covers changes only at items that carry `nextOffset`.
 */
export class LogAssembler {
  readonly #taken: GtidSet;
  readonly #markerIdentity: MarkerIdentity;
  readonly #checks: AssemblerChecks;
  #marker: bigint | null;
  #hasStreamed: boolean;
  #unit: SourceUnit | null;
  #open: OpenTransaction | null = null;
  #nextOffset: bigint;
  #change: StateChange | null = null;

  constructor(input: LogAssemblerInput) {
    this.#taken = GtidSet.parse(input.state.gtids);
    this.#marker = input.state.marker === null ? null : BigInt(input.state.marker);
    this.#hasStreamed = input.state.hasStreamed;
    this.#unit = input.state.unit ?? null;
    this.#nextOffset = input.nextOffset;
    this.#markerIdentity = input.markerIdentity;
    this.#checks = input.checks ?? allChecks;
  }

  /** Takes in the next record of the log; what it yields is added to `items`, which is returned. */
  accept(record: DecodedRecord, items: LogItem[] = []): LogItem[] {
    this.#change = null;
    this.#expectOffset(record.offset);
    switch (record.kind) {
      case 'row':
        this.#acceptRow(record, items);
        break;
      case 'begin':
        this.#acceptBegin(record, items);
        break;
      case 'end':
        this.#acceptEnd(record, items);
        break;
      case 'truncate':
        this.#acceptUnitRecord(record, items);
        break;
      case 'schema-change':
        if (record.isSnapshot) this.#acceptSnapshot(record, items);
        else this.#acceptUnitRecord(record, items);
        break;
      case 'heartbeat':
        this.#progress(items);
        break;
      default:
        record satisfies never;
    }
    return items;
  }

  /** What to keep with the `nextOffset` of the newest item that carries one. */
  state(): AssemblerState {
    return {
      gtids: this.#taken.toString(),
      marker: this.#marker === null ? null : String(this.#marker),
      hasStreamed: this.#hasStreamed,
      ...(this.#unit === null ? {} : { unit: this.#unit }),
    };
  }

  /** What the record accepted last changed in the state; null when nothing. */
  get lastChange(): StateChange | null {
    return this.#change;
  }

  #expectOffset(offset: bigint): void {
    if (offset !== this.#nextOffset) {
      this.#gap(`The log goes on at offset ${offset} where ${this.#nextOffset} must follow`, {
        offset,
        expectedOffset: this.#nextOffset,
      });
    }
    this.#nextOffset = offset + 1n;
  }

  #acceptBegin(record: BeginRecord, items: LogItem[]): void {
    const { transactionId, offset } = record;
    const { dedupe } = this.#checks;
    const open = this.#open;
    if (dedupe && open !== null && open.id === transactionId) return;
    const gtid = parseGtid(transactionId);
    if (dedupe && this.#taken.contains(gtid)) return;
    if (open !== null) {
      if (dedupe) this.#gap(`Transaction ${transactionId} begins before ${open.id} has ended`, { offset });
      this.#close(open, 0, items);
    }
    this.#open = { id: transactionId, gtid, rows: 0n, marker: null, changes: [], digests: [] };
    items.push({ kind: 'begin', transactionId, offset });
  }

  #acceptRow(row: RowRecord, items: LogItem[]): void {
    const { transactionId, totalOrder, offset } = row;
    if (transactionId === null || totalOrder === null) throw xaRow(row);
    const open = this.#open;
    if (open === null || open.id !== transactionId) {
      if (this.#taken.contains(transactionId)) return;
      this.#gap(`A row of transaction ${transactionId} comes without its BEGIN`, { offset });
      return;
    }
    if (totalOrder <= open.rows && this.#checks.dedupe) return;
    if (totalOrder > open.rows + 1n) {
      this.#gap(`Transaction ${transactionId} goes on with row ${totalOrder} after row ${open.rows}`, {
        offset,
      });
    }
    open.rows = totalOrder;
    if (row.database === this.#markerIdentity.database) this.#acceptHelperRow(row, open);
    else items.push({ kind: 'row', row });
  }

  /** Rows of the helper database are ours: they are read here and go no further. */
  #acceptHelperRow(row: RowRecord, open: OpenTransaction): void {
    const marker = readMarker(row, this.#markerIdentity);
    if (marker === null) return;
    const previous = open.marker ?? this.#marker;
    const isRepeat = previous !== null && marker <= previous;
    if (previous !== null && marker !== previous + 1n && !(isRepeat && !this.#checks.dedupe)) {
      this.#gap(`Marker ${marker} follows marker ${previous}`, { offset: row.offset, marker, previous });
    }
    open.marker = marker;
  }

  #acceptEnd(record: EndRecord, items: LogItem[]): void {
    const { transactionId, eventCount, offset } = record;
    const open = this.#open;
    if (open === null || open.id !== transactionId) {
      if (!this.#taken.contains(transactionId)) {
        this.#gap(`Transaction ${transactionId} ends without its BEGIN`, { offset });
      }
      this.#progress(items);
      return;
    }
    if (eventCount !== open.rows && this.#checks.dedupe) {
      this.#gap(`Transaction ${transactionId} ends with ${eventCount} rows, of which ${open.rows} arrived`, {
        offset,
      });
    }
    this.#close(open, record.sourceCommitMs, items);
  }

  #close(open: OpenTransaction, sourceCommitMs: number, items: LogItem[]): void {
    const nextOffset = this.#nextOffset;
    this.#open = null;
    this.#taken.add(open.gtid);
    this.#marker = open.marker ?? this.#marker;
    this.#hasStreamed = true;
    this.#unit = null;
    this.#change = { nextOffset, gtid: open.gtid, marker: this.#marker, unit: null };
    items.push({ kind: 'end', transactionId: open.id, sourceCommitMs, marker: open.marker, nextOffset });
    for (const change of open.changes) items.push({ kind: 'schema-change', change, nextOffset });
  }

  #acceptUnitRecord(record: UnitRecord, items: LogItem[]): void {
    if (record.gtid === null) throw withoutGtid(record);
    const digest = digestUnitRecord(record);
    const open = this.#open;
    if (open !== null && open.id === record.gtid) {
      this.#acceptChangeInside(record, digest, open);
      return;
    }
    const gtid = parseGtid(record.gtid);
    const unit = this.#unit;
    const isSameUnit = unit !== null && unit.gtid === record.gtid;
    const isRepeat = isSameUnit ? unit.records.includes(digest) : this.#taken.contains(gtid);
    if (isRepeat && this.#checks.dedupe) {
      this.#progress(items);
      return;
    }
    if (open !== null) {
      if (this.#checks.dedupe) {
        this.#gap(`Position ${record.gtid} comes before ${open.id} has ended`, { offset: record.offset });
      }
      this.#close(open, 0, items);
    }
    this.#unit = { gtid: record.gtid, records: [...(isSameUnit ? unit.records : []), digest] };
    this.#taken.add(gtid);
    this.#hasStreamed = true;
    this.#change = { nextOffset: this.#nextOffset, gtid, marker: this.#marker, unit: this.#unit };
    this.#emitUnitRecord(record, items);
  }

  /**
   * CREATE TABLE .. SELECT is a schema change inside a transaction. It is handed on right after the transaction, because
   * an item between BEGIN and END is no place to stop.
   */
  #acceptChangeInside(record: UnitRecord, digest: string, open: OpenTransaction): void {
    if (record.kind === 'truncate') {
      this.#gap(`A TRUNCATE stands inside transaction ${open.id}`, { offset: record.offset });
      return;
    }
    if (open.digests.includes(digest)) return;
    open.digests.push(digest);
    if (record.database !== this.#markerIdentity.database) open.changes.push(record);
  }

  #emitUnitRecord(record: UnitRecord, items: LogItem[]): void {
    const nextOffset = this.#nextOffset;
    if (record.database === this.#markerIdentity.database) items.push({ kind: 'progress', nextOffset });
    else if (record.kind === 'truncate') items.push({ kind: 'truncate', truncate: record, nextOffset });
    else items.push({ kind: 'schema-change', change: record, nextOffset });
  }

  /** The connector reads all schemas when it has no stored position: once at its first start, or after losing it. */
  #acceptSnapshot(record: SchemaChangeRecord, items: LogItem[]): void {
    if (this.#hasStreamed || this.#open !== null) {
      this.#gap(
        'The connector started without its stored position: what the source wrote while it had none is missing',
        { offset: record.offset, database: record.database },
      );
    }
    this.#progress(items);
  }

  #progress(items: LogItem[]): void {
    if (this.#open === null) items.push({ kind: 'progress', nextOffset: this.#nextOffset });
  }

  #gap(message: string, facts: ErrorFacts): void {
    if (this.#checks.gapDetection) throw logGap(message, facts);
  }
}

type BeginRecord = Extract<DecodedRecord, { kind: 'begin' }>;
type EndRecord = Extract<DecodedRecord, { kind: 'end' }>;

interface OpenTransaction {
  readonly id: string;
  readonly gtid: Gtid;
  /** Number of the last row taken in. */
  rows: bigint;
  marker: bigint | null;
  readonly changes: SchemaChangeRecord[];
  readonly digests: string[];
}

function xaRow(row: RowRecord): CausewayError {
  return new CausewayError(
    'XA_ROWS',
    `A row of ${row.database}.${row.table} at offset ${row.offset} stands outside any transaction, as rows of XA PREPARE do`,
    { facts: { offset: row.offset, table: `${row.database}.${row.table}`, gtid: row.gtid } },
  );
}

function withoutGtid(record: TruncateRecord | SchemaChangeRecord): CausewayError {
  const what =
    record.kind === 'truncate' ? `TRUNCATE of ${record.database}.${record.table}` : 'A schema change';
  return new CausewayError('LOG_WITHOUT_GTID', `${what} at offset ${record.offset} carries no GTID`, {
    facts: { offset: record.offset, database: record.database },
  });
}
