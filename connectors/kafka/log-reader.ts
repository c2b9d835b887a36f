import { asCausewayError, CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { AssemblerState, DecodedRecord, LogItem } from '../../schemas/log-item.ts';
import { allChecks, LogAssembler, type AssemblerChecks } from '../../schemas/log/log-assembler.ts';
import { logGap } from '../../schemas/log/log-gap.ts';
import type { MarkerIdentity } from '../../schemas/log/marker-row.ts';
import { StateTrail, type StateChange } from '../../schemas/log/state-trail.ts';
import { hashLogRecord, type LogRecord } from './log-record.ts';
import type { LogSource } from './log-source.ts';

/** Turns records into what they mean; the reader needs nothing else of a decoder. */
export interface RecordDecoder {
  /** Null when something has to be fetched first. */
  tryDecode(record: LogRecord): DecodedRecord | null;
  decode(record: LogRecord): Promise<DecodedRecord>;
}

/** Where a reader begins: what an earlier one stored. */
export interface LogPosition {
  readonly nextOffset: bigint;
  readonly assembler: AssemblerState;
  /** Of the record at `nextOffset - 1`; null before the first. */
  readonly lastRecordSha256: string | null;
}

export interface LogReaderInput {
  readonly source: LogSource;
  readonly decoder: RecordDecoder;
  readonly checkpoint: LogPosition;
  readonly markerIdentity: MarkerIdentity;
  readonly checks?: AssemblerChecks;
  readonly signal: AbortSignal;
}

/** What one stretch of the log yielded; a unit may begin in one batch and end in a later one. */
export interface LogBatch {
  readonly items: readonly LogItem[];
  /** What to store with the `nextOffset` of an item of this batch. */
  positionAt(nextOffset: bigint): Omit<LogPosition, 'nextOffset'>;
}

export interface LogReader extends AsyncIterable<LogBatch> {
  /** Offset that the next record of the log will get: what is left to read lies below it. */
  logEndOffset(): Promise<bigint>;
}

/**
 * Opens a log at a stored position. The record right before it is read again and compared: a topic that was deleted and
 * made anew, or that lost its end and was written on, has another one there. The source stays the caller's to close.
 */
export async function openLogReader(input: LogReaderInput): Promise<LogReader> {
  const { gapDetection } = input.checks ?? allChecks;
  if (gapDetection) await expectSameLog(input.source, input.checkpoint);
  return {
    [Symbol.asyncIterator]: () => readBatches(input),
    logEndOffset: async () => (await input.source.bounds()).endOffset,
  };
}

async function expectSameLog(source: LogSource, checkpoint: LogPosition): Promise<void> {
  const { nextOffset, lastRecordSha256 } = checkpoint;
  if (nextOffset === 0n) return;
  const offset = nextOffset - 1n;
  const record = await source.readOne(offset);
  if (record === null) {
    throw logGap(`The log does not have the record at offset ${offset}, the last one taken in`, { offset });
  }
  if (hashLogRecord(record) !== lastRecordSha256) {
    throw logGap(
      `The record at offset ${offset} is not the one that was taken in there: the log is another one`,
      {
        offset,
      },
    );
  }
}

async function* readBatches(input: LogReaderInput): AsyncGenerator<LogBatch> {
  const { decoder, checkpoint, markerIdentity, checks = allChecks } = input;
  const { nextOffset } = checkpoint;
  const assembler = new LogAssembler({ state: checkpoint.assembler, nextOffset, markerIdentity, checks });
  let start = checkpoint.assembler;
  for await (const records of sourceRecords(input, checks)) {
    const { items, changes, failure } = await assemble(records, decoder, assembler);
    const end = changes.length === 0 ? start : assembler.state();
    const trail = new StateTrail(start, changes, end);
    if (items.length > 0) yield new Batch(items, records, trail);
    // Whatever came before the fault is handed on: the target stands right before it.
    if (failure !== null) throw failure;
    start = end;
  }
}

/** The source's records; in control runs without gap detection reading goes on at what is left of the log. */
async function* sourceRecords(
  input: LogReaderInput,
  checks: AssemblerChecks,
): AsyncGenerator<readonly LogRecord[]> {
  const { source, signal } = input;
  let from = input.checkpoint.nextOffset;
  for (;;) {
    try {
      for await (const records of source.records(from, signal)) {
        yield records;
        from = (records.at(-1)?.offset ?? from - 1n) + 1n;
      }
      return;
    } catch (error) {
      const isGap = error instanceof CausewayError && error.code === 'LOG_GAP';
      if (checks.gapDetection || !isGap) throw error;
      from = (await source.bounds()).startOffset;
    }
  }
}

interface Assembled {
  readonly items: LogItem[];
  readonly changes: StateChange[];
  readonly failure: CausewayError | null;
}

async function assemble(
  records: readonly LogRecord[],
  decoder: RecordDecoder,
  assembler: LogAssembler,
): Promise<Assembled> {
  const items: LogItem[] = [];
  const changes: StateChange[] = [];
  try {
    for (const record of records) {
      assembler.accept(decoder.tryDecode(record) ?? (await decoder.decode(record)), items);
      if (assembler.lastChange !== null) changes.push(assembler.lastChange);
    }
    return { items, changes, failure: null };
  } catch (error) {
    return { items, changes, failure: asCausewayError(error) };
  }
}

class Batch implements LogBatch {
  readonly items: readonly LogItem[];
  readonly #records: readonly LogRecord[];
  readonly #trail: StateTrail;

  constructor(items: readonly LogItem[], records: readonly LogRecord[], trail: StateTrail) {
    this.items = items;
    this.#records = records;
    this.#trail = trail;
  }

  positionAt(nextOffset: bigint): Omit<LogPosition, 'nextOffset'> {
    const record = this.#records[Number(nextOffset - 1n - (this.#records[0]?.offset ?? 0n))];
    if (record?.offset !== nextOffset - 1n) {
      throw new CausewayError(
        'INTERNAL',
        `Position ${nextOffset} was asked of a batch that does not have it`,
        {
          facts: { nextOffset },
        },
      );
    }
    return { assembler: this.#trail.at(nextOffset), lastRecordSha256: hashLogRecord(record) };
  }
}
