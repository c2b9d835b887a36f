import { describe, expect, it } from 'vitest';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { freshAssemblerState, type DecodedRecord } from '../../schemas/log-item.ts';
import type { AssemblerChecks } from '../../schemas/log/log-assembler.ts';
import { logGap } from '../../schemas/log/log-gap.ts';
import {
  begin,
  describeItems,
  heartbeat,
  identity,
  marker,
  row,
  transaction,
  withOffsets,
  type WireRecord,
} from '../../schemas/log/wire-fixture.ts';
import { openLogReader, type LogBatch, type LogPosition, type RecordDecoder } from './log-reader.ts';
import { hashLogRecord, type LogRecord } from './log-record.ts';
import type { LogSource } from './log-source.ts';

/** A log in memory. The value of each record says what it decodes to. */
class MemoryLog implements LogSource, RecordDecoder {
  readonly #decoded: Map<bigint, DecodedRecord>;
  readonly #name: string;
  startOffset = 0n;
  batchRecordsMax = 3;

  constructor(wire: readonly WireRecord[], name = 'first') {
    this.#decoded = new Map(withOffsets(wire).map((record) => [record.offset, record]));
    this.#name = name;
  }

  async *records(from: bigint): AsyncGenerator<readonly LogRecord[]> {
    if (from < this.startOffset || from > this.#endOffset) throw logGap('not in the log', {});
    for (let at = from; at < this.#endOffset; at += BigInt(this.batchRecordsMax)) {
      const offsets = Array.from({ length: this.batchRecordsMax }, (_, index) => at + BigInt(index));
      yield offsets.filter((offset) => offset < this.#endOffset).map((offset) => this.#record(offset));
    }
  }

  async readOne(offset: bigint): Promise<LogRecord | null> {
    return offset >= this.startOffset && offset < this.#endOffset ? this.#record(offset) : null;
  }

  async bounds() {
    return { startOffset: this.startOffset, endOffset: this.#endOffset };
  }

  async close(): Promise<void> {}

  tryDecode(record: LogRecord): DecodedRecord | null {
    // Every third schema has to be fetched first.
    return record.offset % 3n === 0n ? null : this.#decode(record);
  }

  async decode(record: LogRecord): Promise<DecodedRecord> {
    return this.#decode(record);
  }

  #decode({ offset }: LogRecord): DecodedRecord {
    const decoded = this.#decoded.get(offset);
    if (decoded === undefined) throw new CausewayError('LOG_RECORD_UNDECODABLE', 'damaged');
    return decoded;
  }

  damage(offset: bigint): void {
    this.#decoded.delete(offset);
    this.#decoded.set(-1n, { kind: 'heartbeat', offset: -1n });
  }

  get #endOffset(): bigint {
    return BigInt(this.#decoded.size);
  }

  #record(offset: bigint): LogRecord {
    return { offset, key: null, value: Buffer.from(`${this.#name} ${offset}`), timestampMs: 0 };
  }
}

const wire = [
  heartbeat,
  ...marker(1, 1),
  ...transaction(2, 5),
  ...marker(3, 2),
  ...transaction(4, 1),
  heartbeat,
];
const fresh: LogPosition = { nextOffset: 0n, assembler: freshAssemblerState, lastRecordSha256: null };

async function readFrom(
  log: MemoryLog,
  checkpoint: LogPosition,
  checks?: AssemblerChecks,
): Promise<LogBatch[]> {
  const reader = await openLogReader({
    source: log,
    decoder: log,
    checkpoint,
    markerIdentity: identity,
    signal: new AbortController().signal,
    ...(checks === undefined ? {} : { checks }),
  });
  const batches: LogBatch[] = [];
  for await (const batch of reader) batches.push(batch);
  return batches;
}

function textsOf(batches: readonly LogBatch[]): string[] {
  return describeItems(batches.flatMap(({ items }) => items));
}

/** Every place to stop of the batches with what would be stored there. */
function positionsOf(batches: readonly LogBatch[]): LogPosition[] {
  return batches.flatMap((batch) =>
    batch.items.flatMap((item) =>
      'nextOffset' in item ? [{ nextOffset: item.nextOffset, ...batch.positionAt(item.nextOffset) }] : [],
    ),
  );
}

describe('openLogReader', () => {
  it('goes on from every position that any batch gives, whatever the batches', async () => {
    const whole = textsOf(await readFrom(new MemoryLog(wire), fresh));
    for (const batchRecordsMax of [1, 2, 5, 100]) {
      const log = new MemoryLog(wire);
      log.batchRecordsMax = batchRecordsMax;
      const batches = await readFrom(log, fresh);
      expect(textsOf(batches)).toEqual(whole);
      for (const position of positionsOf(batches)) {
        const rest = textsOf(await readFrom(log, position));
        expect(rest).toEqual(rest.length === 0 ? [] : whole.slice(-rest.length));
        expect(await readFrom(log, position).then(positionsOf)).toEqual(
          positionsOf(batches).filter(({ nextOffset }) => nextOffset > position.nextOffset),
        );
      }
    }
  });

  it('stores the hash of the record before the position', async () => {
    const log = new MemoryLog(wire);
    const [position] = positionsOf(await readFrom(log, fresh));
    const record = await log.readOne(0n);
    if (record === null) throw new Error('no record');
    expect(position).toMatchObject({ nextOffset: 1n, lastRecordSha256: hashLogRecord(record) });
  });

  it('refuses to give a position that does not lie in the batch', async () => {
    const [batch] = await readFrom(new MemoryLog(wire), fresh);
    expect(() => batch?.positionAt(9n)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('tells where the log ends', async () => {
    const log = new MemoryLog(wire);
    const { signal } = new AbortController();
    const reader = await openLogReader({
      source: log,
      decoder: log,
      checkpoint: fresh,
      markerIdentity: identity,
      signal,
    });
    expect(await reader.logEndOffset()).toBe(BigInt(wire.length));
  });

  it('hands on what came before a record that cannot be read, then halts', async () => {
    const log = new MemoryLog(wire);
    log.damage(6n);
    const reader = await openLogReader({
      source: log,
      decoder: log,
      checkpoint: fresh,
      markerIdentity: identity,
      signal: new AbortController().signal,
    });
    const batches: LogBatch[] = [];
    const reading = (async () => {
      for await (const batch of reader) batches.push(batch);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'LOG_RECORD_UNDECODABLE' });
    expect(textsOf(batches)).toEqual(['begin 1', 'end 1 marker 1', 'begin 2', 'row 2.1']);
  });
});

describe('L1: the log is the one that the position was taken from', () => {
  const gap = expect.objectContaining({ code: 'LOG_GAP' });

  async function positionAt(nextOffset: bigint): Promise<LogPosition> {
    const positions = positionsOf(await readFrom(new MemoryLog(wire), fresh));
    const position = positions.find((candidate) => candidate.nextOffset === nextOffset);
    if (position === undefined) throw new Error('no such place to stop');
    return position;
  }

  it('L1: another record before the position halts', async () => {
    const position = await positionAt(4n);
    await expect(readFrom(new MemoryLog(wire, 'second'), position)).rejects.toEqual(gap);
  });

  it('L1: no record before the position halts', async () => {
    const position = await positionAt(4n);
    await expect(readFrom(new MemoryLog([heartbeat]), position)).rejects.toEqual(gap);
    const trimmed = new MemoryLog(wire);
    trimmed.startOffset = 4n;
    await expect(readFrom(trimmed, position)).rejects.toEqual(gap);
  });

  it('L1: a log that no longer has its first record halts a reader that begins', async () => {
    const trimmed = new MemoryLog(wire);
    trimmed.startOffset = 1n;
    await expect(readFrom(trimmed, fresh)).rejects.toEqual(gap);
  });

  it('control run: without gap detection reading goes on at what is left', async () => {
    const trimmed = new MemoryLog([begin(1), row(1, 1), ...marker(2, 1)]);
    trimmed.startOffset = 2n;
    const batches = await readFrom(trimmed, fresh, { dedupe: true, gapDetection: false });
    expect(textsOf(batches)).toEqual(['begin 2', 'end 2 marker 1']);
  });
});

describe('hashLogRecord', () => {
  it('tells null from empty and key from value', () => {
    const [a, empty] = [Buffer.from('a'), Buffer.alloc(0)];
    const records = [
      { key: null, value: null },
      { key: empty, value: null },
      { key: null, value: empty },
      { key: a, value: empty },
      { key: empty, value: a },
      { key: null, value: a },
    ];
    expect(new Set(records.map(hashLogRecord)).size).toBe(records.length);
  });
});
