import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshAssemblerState, type AssemblerState, type DecodedRecord, type LogItem } from '../log-item.ts';
import { LogAssembler } from './log-assembler.ts';
import { StateTrail, type StateChange } from './state-trail.ts';
import {
  begin,
  describeItems,
  heartbeat,
  identity,
  marker,
  schemaChange,
  snapshotSchema,
  transaction,
  truncate,
  withOffsets,
  type WireRecord,
} from './wire-fixture.ts';

type SourceUnit =
  | { readonly kind: 'transaction'; readonly rows: number }
  | { readonly kind: 'truncate' }
  | { readonly kind: 'ddl'; readonly records: number }
  | { readonly kind: 'marker' };

interface Crash {
  /** Records written before the crash. */
  readonly written: number;
  /** How far the stored position lies behind the last record written. */
  readonly back: number;
  /** Whether a connector that resumes inside a transaction writes its BEGIN again. */
  readonly beginsAgain: boolean;
}

const unit: fc.Arbitrary<SourceUnit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('transaction' as const), rows: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'truncate' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('ddl' as const), records: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'marker' as const }) },
);
const history = fc.array(unit, { minLength: 1, maxLength: 12 });
const crash: fc.Arbitrary<Crash> = fc.record({
  written: fc.nat(20),
  back: fc.nat(30),
  beginsAgain: fc.boolean(),
});
const crashes = fc.array(crash, { maxLength: 5 });

/** What a connector writes that never crashes. */
function cleanWire(units: readonly SourceUnit[]): WireRecord[] {
  let markers = 0;
  return units.flatMap((unit, index) => {
    const position = index + 1;
    switch (unit.kind) {
      case 'transaction':
        return transaction(position, unit.rows);
      case 'truncate':
        return [truncate(position)];
      case 'ddl':
        return Array.from({ length: unit.records }, (_, part) => schemaChange(position, `part ${part}`));
      case 'marker':
        return marker(position, (markers += 1));
      default:
        return unit satisfies never;
    }
  });
}

function crashedWire(clean: readonly WireRecord[], crashes: readonly Crash[]): WireRecord[] {
  const wire: WireRecord[] = [snapshotSchema(), heartbeat, snapshotSchema()];
  let position = 0;
  for (const { written, back, beginsAgain } of crashes) {
    wire.push(...clean.slice(position, position + written), heartbeat);
    const reached = Math.min(clean.length, position + written);
    position = Math.max(0, reached - back);
    const next = clean[position];
    if (beginsAgain && (next?.kind === 'row' || next?.kind === 'end')) {
      const number = Number(next.transactionId?.split(':').at(-1));
      wire.push(begin(number));
    }
  }
  wire.push(...clean.slice(position));
  return wire;
}

interface Stop {
  readonly items: readonly LogItem[];
  readonly state: AssemblerState;
  readonly nextOffset: bigint;
}

/** Everything read, with each place where a reader may stop. */
function readAll(records: readonly DecodedRecord[]): { items: LogItem[]; stops: Stop[] } {
  const assembler = newAssembler(freshAssemblerState, 0n);
  const items: LogItem[] = [];
  const stops: Stop[] = [{ items: [], state: freshAssemblerState, nextOffset: 0n }];
  for (const record of records) {
    const yielded = assembler.accept(record);
    items.push(...yielded);
    if (yielded.some((item) => 'nextOffset' in item)) {
      stops.push({ items: [...items], state: assembler.state(), nextOffset: record.offset + 1n });
    }
  }
  return { items, stops };
}

/** The states between two offsets, as a reader keeps them for a batch. */
function trailOf(records: readonly DecodedRecord[], start: Stop): StateTrail {
  const assembler = newAssembler(start.state, start.nextOffset);
  const changes: StateChange[] = [];
  for (const record of records.slice(Number(start.nextOffset))) {
    assembler.accept(record);
    if (assembler.lastChange !== null) changes.push(assembler.lastChange);
  }
  return new StateTrail(start.state, changes, assembler.state());
}

function newAssembler(state: AssemblerState, nextOffset: bigint): LogAssembler {
  return new LogAssembler({ state, nextOffset, markerIdentity: identity });
}

describe('LogAssembler, for any history', () => {
  it('yields the source history exactly once and in order, whatever crashes repeat and wherever a reader restarts', () => {
    fc.assert(
      fc.property(history, crashes, (units, crashes) => {
        const clean = cleanWire(units);
        const expected = describeItems(readAll(withOffsets(clean)).items);
        const records = withOffsets(crashedWire(clean, crashes));
        const { items, stops } = readAll(records);
        expect(describeItems(items)).toEqual(expected);
        for (const stop of stops) {
          // As it comes back from the checkpoint.
          const stored = JSON.parse(JSON.stringify(stop.state)) as AssemblerState;
          const assembler = newAssembler(stored, stop.nextOffset);
          const rest = records.slice(Number(stop.nextOffset)).flatMap((record) => assembler.accept(record));
          expect(describeItems([...stop.items, ...rest])).toEqual(expected);
          expect(assembler.state()).toEqual(stops.at(-1)?.state);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a trail from any place to stop knows the state of every later one', () => {
    fc.assert(
      fc.property(history, crashes, fc.nat(), (units, crashes, seed) => {
        const records = withOffsets(crashedWire(cleanWire(units), crashes));
        const { stops } = readAll(records);
        const first = seed % stops.length;
        const later = stops.slice(first);
        const [start] = later;
        if (start === undefined) throw new Error('no stop');
        const trail = trailOf(records, start);
        for (const stop of later) expect(trail.at(stop.nextOffset)).toEqual(stop.state);
      }),
    );
  });

  it('the items of a history are its units, each once', () => {
    fc.assert(
      fc.property(history, (units) => {
        const clean = cleanWire(units);
        const { items } = readAll(withOffsets(clean));
        const markers = units.filter(({ kind }) => kind === 'marker').length;
        // All that is written is yielded, but for the rows of markers.
        expect(describeItems(items)).toHaveLength(clean.length - markers);
      }),
    );
  });

  it('L1: halts when any stretch with a marker, or that cuts a transaction, is missing', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat({ max: 12 }), (units, seed, length) => {
        const wire = cleanWire([{ kind: 'marker' }, ...units, { kind: 'marker' }, { kind: 'marker' }]);
        const markerRecords = 3;
        const from = markerRecords + (seed % (wire.length - 2 * markerRecords));
        const to = Math.min(wire.length - markerRecords, from + length + 1);
        const removed = wire.slice(from, to);
        fc.pre(isInside(wire, from) || isInside(wire, to) || removed.some(isMarker));
        const records = withOffsets([...wire.slice(0, from), ...wire.slice(to)]);
        expect(() => readAll(records)).toThrow(expect.objectContaining({ code: 'LOG_GAP' }));
      }),
      { numRuns: 500 },
    );
  });
});

function isMarker(record: WireRecord): boolean {
  return record.kind === 'row' && record.database === identity.database;
}

/** Whether a transaction is open right before the record at `index`. */
function isInside(wire: readonly WireRecord[], index: number): boolean {
  const before = wire.slice(0, index).findLast(({ kind }) => kind === 'begin' || kind === 'end');
  return before?.kind === 'begin';
}
