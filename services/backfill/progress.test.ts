import { expect, test } from 'vitest';
import type { ChunkToCopy, LedgerTable } from '../../connectors/engine.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import { ProgressMeter } from './progress.ts';
import { planOf } from './plan-fixture.ts';

const orders = planOf('shop.orders', 1000, 5000);
const notes = planOf('shop.notes', 10, 100);
const chunk = (table: TablePlan, number: number, upTo: string | null): ChunkToCopy => ({
  table,
  chunk: number,
  range: { after: null, upTo: upTo === null ? null : [upTo] },
});

test('rate and time left follow the last half minute, per table and in total', () => {
  const meter = new ProgressMeter([orders, notes], [], 0);
  meter.add(chunk(orders, 0, 'a'), { rows: 200, bytes: 4000 }, 1000);
  meter.add(chunk(orders, 1, 'b'), { rows: 200, bytes: 4000 }, 2000);
  const { tables, ...total } = meter.snapshot(2000);
  expect(tables[0]).toMatchObject({ table: 'shop.orders', rows: 400n, rowsPerSecond: 200, etaMs: 3000 });
  expect(tables[1]).toMatchObject({ table: 'shop.notes', rows: 0n, rowsPerSecond: 0, etaMs: null });
  expect(total).toEqual({
    rows: 400n,
    bytes: 8000n,
    rowsEstimate: 1010n,
    rowsPerSecond: 200,
    bytesPerSecond: 4000,
    etaMs: 3050,
  });
  expect(meter.snapshot(60_000)).toMatchObject({ rowsPerSecond: 0, etaMs: null, rows: 400n });
});

test('a table is complete when all chunks up to its last are in, whatever the order and the estimate', () => {
  const meter = new ProgressMeter([notes], [], 0);
  meter.add(chunk(notes, 1, null), { rows: 30, bytes: 1 }, 10);
  expect(meter.snapshot(20).tables[0]).toMatchObject({ isComplete: false, rows: 30n, rowsEstimate: 30n });
  meter.add(chunk(notes, 0, 'a'), { rows: 5, bytes: 1 }, 20);
  expect(meter.snapshot(20)).toMatchObject({ rows: 35n, rowsEstimate: 35n, etaMs: 0 });
  expect(meter.snapshot(20).tables[0]?.isComplete).toBe(true);
});

test('what the ledger holds counts as done, but not as speed', () => {
  const ledger: LedgerTable[] = [
    {
      table: 'shop.orders',
      chunks: 3,
      rows: 600n,
      bytes: 12_000n,
      pending: [],
      lastPlanned: { chunk: 2, range: { after: ['b'], upTo: ['c'] } },
      isComplete: false,
    },
  ];
  const meter = new ProgressMeter([orders], ledger, 0);
  expect(meter.snapshot(1000)).toMatchObject({ rows: 600n, rowsPerSecond: 0, etaMs: null });
});
