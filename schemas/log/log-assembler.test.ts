import { describe, expect, it } from 'vitest';
import { freshAssemblerState, type LogItem } from '../log-item.ts';
import { LogAssembler, type AssemblerChecks } from './log-assembler.ts';
import {
  begin,
  describeItems,
  end,
  gtidOf,
  heartbeat,
  identity,
  marker,
  markerRow,
  row,
  schemaChange,
  snapshotSchema,
  transaction,
  truncate,
  withOffsets,
  type WireRecord,
} from './wire-fixture.ts';

function newAssembler(checks?: AssemblerChecks): LogAssembler {
  return new LogAssembler({
    state: freshAssemblerState,
    nextOffset: 0n,
    markerIdentity: identity,
    ...(checks === undefined ? {} : { checks }),
  });
}

function assemble(wire: readonly WireRecord[], checks?: AssemblerChecks): LogItem[] {
  const assembler = newAssembler(checks);
  return withOffsets(wire).flatMap((record) => assembler.accept(record));
}

function read(...wire: readonly WireRecord[]): string[] {
  return describeItems(assemble(wire));
}

const gap = expect.objectContaining({ code: 'LOG_GAP' });

describe('units', () => {
  it('streams the rows of a transaction out as they come, and ends it with the place to go on', () => {
    const assembler = newAssembler();
    const [first, second, third] = withOffsets(transaction(1, 1));
    if (first === undefined || second === undefined || third === undefined) throw new Error('no wire');
    expect(assembler.accept(first)).toEqual([{ kind: 'begin', transactionId: gtidOf(1), offset: 0n }]);
    expect(assembler.accept(second)).toHaveLength(1);
    expect(assembler.accept(third)).toEqual([
      { kind: 'end', transactionId: gtidOf(1), sourceCommitMs: 1, marker: null, nextOffset: 3n },
    ]);
    expect(assembler.state()).toEqual({ gtids: gtidOf(1), marker: null, hasStreamed: true });
  });

  it('gives progress for heartbeats between transactions and none inside', () => {
    const items = assemble([heartbeat, begin(1), heartbeat, row(1, 1), end(1, 1), heartbeat]);
    expect(items.filter((item) => item.kind === 'progress')).toEqual([
      { kind: 'progress', nextOffset: 1n },
      { kind: 'progress', nextOffset: 6n },
    ]);
  });

  it('keeps an empty transaction as begin and end', () => {
    expect(read(begin(1), end(1, 0))).toEqual(['begin 1', 'end 1']);
  });

  it('leaves the state as of the last place to stop while a transaction is open', () => {
    const assembler = newAssembler();
    const wire = withOffsets([...marker(1, 7), begin(2), markerRow(2, 1, 8)]);
    for (const record of wire) assembler.accept(record);
    expect(assembler.state()).toEqual({ gtids: gtidOf(1), marker: '7', hasStreamed: true });
  });

  it('hands a schema change inside a transaction on right after it', () => {
    const wire = [begin(1), schemaChange(1, 'CREATE TABLE a SELECT 1'), row(1, 1), end(1, 1)];
    expect(read(...wire)).toEqual(['begin 1', 'row 1.1', 'end 1', 'ddl CREATE TABLE a SELECT 1']);
  });

  it('consumes the helper database, its schema changes too', () => {
    const create: WireRecord = {
      ...schemaChange(1, 'CREATE TABLE causeway.marker (n BIGINT)'),
      database: 'causeway',
    } as WireRecord;
    expect(read(create, ...marker(2, 1), ...transaction(3, 1))).toEqual([
      'begin 2',
      'end 2 marker 1',
      'begin 3',
      'row 3.1',
      'end 3',
    ]);
  });
});

describe('L1: the log is complete', () => {
  it('L1: a record at another offset than the next one halts, ahead or behind', () => {
    const assembler = newAssembler();
    expect(() => assembler.accept({ kind: 'heartbeat', offset: 1n })).toThrow(gap);
    const other = newAssembler();
    other.accept({ kind: 'heartbeat', offset: 0n });
    expect(() => other.accept({ kind: 'heartbeat', offset: 0n })).toThrow(gap);
  });

  it('L1: a marker that does not follow the one before halts', () => {
    expect(() => assemble([...marker(1, 4), ...marker(2, 6)])).toThrow(gap);
    expect(() => assemble([...marker(1, 4), ...marker(2, 4)])).toThrow(gap);
    expect(read(...marker(1, 4), ...marker(2, 5))).toContain('end 2 marker 5');
  });

  it('L1: a deleted marker row halts', () => {
    const deleted = { ...markerRow(1, 1, 4), op: 'delete', before: { migration: 'shop' }, after: null };
    expect(() => assemble([begin(1), deleted as WireRecord, end(1, 1)])).toThrow(gap);
  });

  it('L1: markers of other migrations count for nothing', () => {
    const other = [begin(2), markerRow(2, 1, 90, { migration: 'other' }), end(2, 1)];
    expect(read(...marker(1, 4), ...other, ...marker(3, 5))).toEqual([
      'begin 1',
      'end 1 marker 4',
      'begin 2',
      'end 2',
      'begin 3',
      'end 3 marker 5',
    ]);
  });

  it('L1: the schema snapshot repeats freely before anything has streamed, and halts after', () => {
    const items = assemble([snapshotSchema(), heartbeat, snapshotSchema(), ...transaction(1, 1)]);
    expect(describeItems(items)).toEqual(['begin 1', 'row 1.1', 'end 1']);
    expect(() => assemble([...transaction(1, 1), snapshotSchema()])).toThrow(gap);
    expect(() => assemble([truncate(1), snapshotSchema()])).toThrow(gap);
    expect(() => assemble([begin(1), snapshotSchema()])).toThrow(gap);
  });

  it('L1: what a transaction lacks halts: BEGIN, a row in the middle, the last row, END', () => {
    expect(() => assemble([row(1, 1)])).toThrow(gap);
    expect(() => assemble([end(1, 1)])).toThrow(gap);
    expect(() => assemble([begin(1), row(1, 2)])).toThrow(gap);
    expect(() => assemble([begin(1), row(1, 1), end(1, 2)])).toThrow(gap);
    expect(() => assemble([begin(1), row(1, 1), begin(2)])).toThrow(gap);
    expect(() => assemble([begin(1), row(1, 1), row(2, 2)])).toThrow(gap);
    expect(() => assemble([begin(1), row(1, 1), end(2, 1)])).toThrow(gap);
    expect(() => assemble([begin(1), row(1, 1), truncate(2)])).toThrow(gap);
  });
});

describe('L2: a unit stands for itself', () => {
  it('L2: TRUNCATE, insert, then TRUNCATE and insert again keep the row', () => {
    const wire = [truncate(1), ...transaction(2, 1)];
    expect(read(...wire, ...wire)).toEqual(['truncate orders 1', 'begin 2', 'row 2.1', 'end 2']);
  });

  it('L2: a second record of the same position right after the first is no repeat', () => {
    const wire = [schemaChange(1, 'DROP TABLE a', ['shop.a']), schemaChange(1, 'DROP TABLE b', ['shop.b'])];
    expect(read(...wire)).toEqual(['ddl DROP TABLE a', 'ddl DROP TABLE b']);
  });

  it('L2: records of one position that come again are dropped wherever the repeat starts', () => {
    const [first, second] = [schemaChange(1, 'DROP TABLE a', []), schemaChange(1, 'DROP TABLE b', [])];
    const once = ['ddl DROP TABLE a', 'ddl DROP TABLE b'];
    expect(read(first, first, second)).toEqual(once);
    expect(read(first, second, first, second)).toEqual(once);
    expect(read(first, second, second)).toEqual(once);
    const transactionFirst = transaction(9, 1);
    expect(read(...transactionFirst, first, ...transactionFirst, first, second)).toEqual([
      'begin 9',
      'row 9.1',
      'end 9',
      ...once,
    ]);
    expect(read(first, second, ...transactionFirst, first, second)).toEqual([
      ...once,
      'begin 9',
      'row 9.1',
      'end 9',
    ]);
  });

  it('L2: a restart between two records of one position takes the second and drops the first', () => {
    const before = newAssembler();
    before.accept({ ...schemaChange(1, 'DROP TABLE a'), offset: 0n });
    const after = new LogAssembler({ state: before.state(), nextOffset: 1n, markerIdentity: identity });
    const wire = [
      schemaChange(1, 'DROP TABLE b'),
      schemaChange(1, 'DROP TABLE a'),
      schemaChange(1, 'DROP TABLE b'),
    ];
    const items = withOffsets(wire, 1n).flatMap((record) => after.accept(record));
    expect(describeItems(items)).toEqual(['ddl DROP TABLE b']);
  });

  it('L2: a TRUNCATE that comes again while a transaction is open is dropped', () => {
    const wire = [truncate(1), begin(2), row(2, 1), truncate(1), begin(2), row(2, 1), end(2, 1)];
    expect(read(...wire)).toEqual(['truncate orders 1', 'begin 2', 'row 2.1', 'end 2']);
  });

  it('L2: a record of a position that first comes after the next transaction has begun halts', () => {
    const wire = [schemaChange(1, 'DROP TABLE a'), begin(2), row(2, 1), schemaChange(1, 'DROP TABLE b')];
    expect(() => assemble(wire)).toThrow(gap);
  });

  it('L2: TRUNCATE and schema changes without a position halt', () => {
    const expected = expect.objectContaining({ code: 'LOG_WITHOUT_GTID' });
    expect(() => assemble([truncate(null)])).toThrow(expected);
    expect(() => assemble([schemaChange(null, 'DROP TABLE a')])).toThrow(expected);
    expect(() => assemble([{ kind: 'begin', transactionId: 'file=binlog.000002,pos=236' }])).toThrow(
      expected,
    );
  });
});

describe('L3: repeats inside a transaction', () => {
  const once = ['begin 5', 'row 5.1', 'row 5.2', 'row 5.3', 'end 5'];

  it('L3: the open transaction begins again and only its new rows count', () => {
    expect(read(begin(5), row(5, 1), row(5, 2), ...transaction(5, 3))).toEqual(once);
  });

  it('L3: rows of the open transaction come again without its BEGIN', () => {
    expect(read(begin(5), row(5, 1), row(5, 2), row(5, 2), row(5, 3), end(5, 3))).toEqual(once);
  });

  it('L3: the open transaction begins again and goes on after rows that are not repeated', () => {
    expect(read(begin(5), row(5, 1), row(5, 2), begin(5), row(5, 3), end(5, 3))).toEqual(once);
  });

  it('L3: earlier transactions come again while one is open, which then goes on in each way', () => {
    const earlier = [...transaction(3, 2), ...transaction(4, 1)];
    const repeats = [earlier, earlier.slice(1), earlier.slice(2), earlier.slice(3)];
    const goings = [transaction(5, 3), [row(5, 1), row(5, 2), row(5, 3), end(5, 3)], [row(5, 3), end(5, 3)]];
    for (const repeat of repeats) {
      for (const going of goings) {
        const items = read(...earlier, begin(5), row(5, 1), row(5, 2), ...repeat, ...going);
        expect(items.slice(-once.length)).toEqual(once);
        expect(items).toHaveLength(7 + once.length);
      }
    }
  });

  it('L3: a hole that a repeat does not fill halts', () => {
    expect(() => assemble([begin(5), row(5, 1), begin(5), row(5, 1), row(5, 3)])).toThrow(gap);
  });

  it('L3: a lone END that comes again is dropped and moves the position', () => {
    const items = assemble([...transaction(5, 3), end(5, 3)]);
    expect(items.at(-1)).toEqual({ kind: 'progress', nextOffset: 6n });
  });
});

describe('L4: every repeat is known, however far back it reaches', () => {
  it('L4: the whole log again yields nothing', () => {
    const wire = [...transaction(1, 2), truncate(2), ...marker(3, 1), ...transaction(4, 1)];
    expect(read(...wire, ...wire, ...wire)).toEqual(read(...wire));
  });

  it('L4: a reader that stopped inside a repeat goes on without a BEGIN', () => {
    const first = newAssembler();
    for (const record of withOffsets(transaction(1, 3))) first.accept(record);
    const second = new LogAssembler({ state: first.state(), nextOffset: 7n, markerIdentity: identity });
    const items = withOffsets([row(1, 3), end(1, 3), ...transaction(2, 1)], 7n).flatMap((record) =>
      second.accept(record),
    );
    expect(describeItems(items)).toEqual(['begin 2', 'row 2.1', 'end 2']);
  });
});

describe('L6: XA', () => {
  it('L6: a row outside any transaction halts with its own code', () => {
    const outside = { ...row(1, 1), transactionId: null, totalOrder: null } as WireRecord;
    const expected = expect.objectContaining({ code: 'XA_ROWS' });
    expect(() => assemble([outside])).toThrow(expected);
    expect(() => assemble([begin(2), outside])).toThrow(expected);
  });
});

describe('markers', () => {
  it('M1: the last marker of a transaction is reported with its end', () => {
    expect(read(begin(1), markerRow(1, 1, 3), markerRow(1, 2, 4), row(1, 3), end(1, 3))).toEqual([
      'begin 1',
      'row 1.3',
      'end 1 marker 4',
    ]);
  });

  it('halts when a NULL of the marker arrives as a value', () => {
    const wire = [begin(1), markerRow(1, 1, 1, { null_int: 5 }), end(1, 1)];
    expect(() => assemble(wire)).toThrow(expect.objectContaining({ code: 'NULL_PROBE_FAILED' }));
  });

  it('halts when the marker lacks a probe column', () => {
    const wire = [begin(1), markerRow(1, 1, 1, { null_at: undefined }), end(1, 1)];
    expect(() => assemble(wire)).toThrow(expect.objectContaining({ code: 'NULL_PROBE_FAILED' }));
  });
});

describe('control runs', () => {
  it('without dedupe, repeated units are applied again', () => {
    const wire = [truncate(1), ...transaction(2, 1), ...marker(3, 1)];
    const items = assemble([...wire, ...wire], { dedupe: false, gapDetection: true });
    expect(describeItems(items)).toHaveLength(2 * read(...wire).length);
  });

  it('without dedupe, a jump back inside a transaction halts nothing', () => {
    const wire = [...transaction(1, 2), begin(2), row(2, 1), ...transaction(1, 2), ...transaction(2, 2)];
    expect(() => assemble(wire, { dedupe: false, gapDetection: true })).not.toThrow();
  });

  it('without gap detection, holes go unseen', () => {
    const records = withOffsets([
      ...marker(1, 1),
      begin(2),
      row(2, 1),
      ...marker(3, 4),
      row(9, 1),
      end(9, 1),
    ]);
    const assembler = newAssembler({ dedupe: true, gapDetection: false });
    expect(() => records.filter(({ offset }) => offset !== 1n).map((r) => assembler.accept(r))).not.toThrow();
  });
});
