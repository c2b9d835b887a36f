import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import type { ExactRow } from '../../schemas/types/value-kind.ts';
import { ChangeBuffer, joinTexts, type RowChange } from './change-buffer.ts';
import { accountTable } from './plan-fixture.ts';

const row = (id: string, tag: string | null, note = ''): ExactRow => [id, tag, note];
const insert = (after: ExactRow): RowChange => ({ key: [after[0] ?? null], uniquesBefore: null, after });
const update = (before: ExactRow, after: ExactRow): RowChange => ({
  key: [after[0] ?? null],
  uniquesBefore: [before[1] ?? null],
  after,
});
const remove = (before: ExactRow): RowChange => ({
  key: [before[0] ?? null],
  uniquesBefore: [before[1] ?? null],
  after: null,
});

function net(table: TablePlan, ...changes: RowChange[]): { deletes: ExactRow[]; upserts: ExactRow[] } {
  const buffer = new ChangeBuffer();
  for (const change of changes) buffer.add(table, change);
  const taken = buffer.take();
  expect(buffer.take()).toEqual([]);
  return {
    deletes: taken.flatMap(([, { deletes }]) => [...deletes]),
    upserts: taken.flatMap(([, { upserts }]) => [...upserts]),
  };
}

describe('the net effect of events on one key', () => {
  const noUniques: TablePlan = { ...accountTable, uniqueKeys: [] };

  test('an insert and its updates are one upsert of the last image', () => {
    const changes = [insert(row('1', 'a')), update(row('1', 'a'), row('1', 'b', 'x'))];
    expect(net(accountTable, ...changes)).toEqual({ deletes: [], upserts: [row('1', 'b', 'x')] });
  });

  test('an update that leaves unique columns alone is an upsert only', () => {
    const changes = [update(row('1', 'a'), row('1', 'a', 'x'))];
    expect(net(accountTable, ...changes)).toEqual({ deletes: [], upserts: [row('1', 'a', 'x')] });
  });

  test('an update that changes a unique column deletes the row first', () => {
    const changes = [update(row('1', 'a'), row('1', 'b'))];
    expect(net(accountTable, ...changes)).toEqual({ deletes: [['1']], upserts: [row('1', 'b')] });
  });

  test('a unique column that comes back to its first value is as good as never changed', () => {
    const changes = [update(row('1', 'a'), row('1', 'b')), update(row('1', 'b'), row('1', 'a'))];
    expect(net(accountTable, ...changes)).toEqual({ deletes: [], upserts: [row('1', 'a')] });
  });

  test('whatever ends in a delete is a delete', () => {
    expect(net(accountTable, insert(row('1', 'a')), remove(row('1', 'a')))).toEqual({
      deletes: [['1']],
      upserts: [],
    });
  });

  test('delete and insert of a key is an upsert, with a delete where its unique columns differ', () => {
    const same = [remove(row('1', 'a')), insert(row('1', 'a', 'x'))];
    expect(net(accountTable, ...same)).toEqual({ deletes: [], upserts: [row('1', 'a', 'x')] });
    const other = [remove(row('1', 'a')), insert(row('1', 'b'))];
    expect(net(accountTable, ...other)).toEqual({ deletes: [['1']], upserts: [row('1', 'b')] });
  });

  test('a table without secondary unique keys never deletes what it upserts', () => {
    const change = { ...update(row('1', 'a'), row('1', 'b')), uniquesBefore: [] };
    expect(net(noUniques, change)).toEqual({ deletes: [], upserts: [row('1', 'b')] });
  });
});

test('lists of texts of one length join to equal texts only when they are equal', () => {
  const list = fc.integer({ min: 1, max: 3 }).chain((length) => {
    const text = fc.option(fc.string({ unit: fc.constantFrom('-', '=', ':', '1', 'a'), maxLength: 4 }));
    const texts = fc.array(text, { minLength: length, maxLength: length });
    return fc.tuple(texts, texts);
  });
  fc.assert(
    fc.property(list, ([one, other]) => {
      const isEqual = JSON.stringify(one) === JSON.stringify(other);
      expect(joinTexts(one) === joinTexts(other)).toBe(isEqual);
    }),
    { numRuns: 2_000 },
  );
});

test('any grouping of any history, written deletes first, gives the source state after each group and meets no unique value twice', () => {
  const step = fc.record({
    op: fc.constantFrom('insert', 'update', 'delete', 'move', 'swap'),
    id: fc.integer({ min: 1, max: 4 }),
    other: fc.integer({ min: 1, max: 4 }),
    tag: fc.option(fc.constantFrom('a', 'b', 'c')),
    isGroupEnd: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const source = new Map<string, ExactRow>();
      const target = new Map<string, ExactRow>();
      const buffer = new ChangeBuffer();
      for (const [at, { op, id, other, tag, isGroupEnd }] of steps.entries()) {
        for (const change of eventsOf(source, op, String(id), String(other), tag, String(at))) {
          buffer.add(accountTable, change);
        }
        if (!isGroupEnd) continue;
        write(target, buffer);
        expect(target).toEqual(source);
      }
      write(target, buffer);
      expect(target).toEqual(source);
    }),
    { numRuns: 2_000 },
  );
});

/** What the source logs for a statement, if it accepts it; its state changes with it. */
function eventsOf(
  source: Map<string, ExactRow>,
  op: 'insert' | 'update' | 'delete' | 'move' | 'swap',
  id: string,
  other: string,
  tag: string | null,
  note: string,
): RowChange[] {
  const before = source.get(id);
  const isTagFree = tag === null || [...source].every(([key, [, held]]) => held !== tag || key === id);
  if (op === 'swap') return swap(source, id, other, note);
  if (op === 'insert') {
    if (before !== undefined || !isTagFree) return [];
    source.set(id, row(id, tag, note));
    return [insert(row(id, tag, note))];
  }
  if (before === undefined) return [];
  if (op === 'update') {
    if (!isTagFree) return [];
    source.set(id, row(id, tag, note));
    return [update(before, row(id, tag, note))];
  }
  if (op === 'move' && source.has(other)) return [];
  source.delete(id);
  if (op === 'delete') return [remove(before)];
  const moved = row(other, before[1] ?? null, note);
  source.set(other, moved);
  return [remove(before), insert(moved)];
}

/** Two rows exchange their unique values by way of NULL, as a source must do it. */
function swap(source: Map<string, ExactRow>, id: string, other: string, note: string): RowChange[] {
  const one = source.get(id);
  const two = source.get(other);
  if (one === undefined || two === undefined || id === other) return [];
  const emptied = row(id, null, note);
  const twoAfter = row(other, one[1] ?? null, note);
  const oneAfter = row(id, two[1] ?? null, note);
  source.set(id, oneAfter);
  source.set(other, twoAfter);
  return [update(one, emptied), update(two, twoAfter), update(emptied, oneAfter)];
}

/** The target's two statements, with its unique index checked row by row. */
function write(target: Map<string, ExactRow>, buffer: ChangeBuffer): void {
  for (const [, { deletes, upserts }] of buffer.take()) {
    for (const [id] of deletes) target.delete(String(id));
    for (const after of upserts) {
      const [id, tag] = after;
      const holder = [...target.values()].find(([key, held]) => held !== null && held === tag && key !== id);
      expect(holder).toBeUndefined();
      target.set(String(id), after);
    }
  }
}
