import type { Comparison } from '../harness/compare-tables.ts';
import type { LagSummary } from '../harness/lag/percentiles.ts';
import type { WriterCounts } from '../harness/run-writers.ts';

export interface DemoFigures {
  readonly fetchedBytes: number;
  readonly fetchMs: number;
  readonly stackMs: number;
  readonly seedRows: number;
  readonly seedMs: number;
  readonly copiedRows: number;
  /** From the start of the command to `consistent`, with the load on. */
  readonly consistentMs: number;
  readonly streamMs: number;
  readonly writers: WriterCounts;
  readonly lag: LagSummary;
  readonly compareMs: number;
  readonly comparison: Comparison;
  readonly totalMs: number;
}

export function summaryText(figures: DemoFigures): string {
  const { lag, writers, comparison } = figures;
  const rows = comparison.tables.reduce((sum, table) => sum + table.sourceRows, 0);
  const differing = comparison.tables.reduce((sum, table) => sum + table.differences, 0);
  return [
    '',
    ...tableLines(comparison),
    '',
    `fetched       ${(figures.fetchedBytes / 1e6).toFixed(1)} MB in ${seconds(figures.fetchMs)} (nothing when the cache has it)`,
    `stack         up in ${seconds(figures.stackMs)}`,
    `seed          ${count(figures.seedRows)} rows in ${seconds(figures.seedMs)}`,
    `consistent    after ${seconds(figures.consistentMs)}, ${count(figures.copiedRows)} rows copied while the shop kept writing`,
    `writes        ${count(writers.transactions)} transactions with ${count(writers.rows)} rows, ${count(writers.rolledBack)} more rolled back`,
    `lag           p50 ${lag.p50Ms} ms, p95 ${lag.p95Ms} ms, p99 ${lag.p99Ms} ms over ${count(lag.samples)} samples in ${seconds(figures.streamMs)},`,
    '              from sending a commit to MySQL until a query on PostgreSQL shows it, by a process of its own',
    `compared      ${count(rows)} rows of ${comparison.tables.length} tables, every column, in ${seconds(figures.compareMs)}: ${differing === 0 ? 'all equal' : `${count(differing)} DIFFER`}`,
    `total         ${seconds(figures.totalMs)}`,
    '',
  ].join('\n');
}

function tableLines(comparison: Comparison): string[] {
  const width = Math.max(...comparison.tables.map((table) => table.table.length), 5);
  const line = (name: string, source: string, target: string, differences: string): string =>
    `${name.padEnd(width)} ${source.padStart(12)} ${target.padStart(12)} ${differences.padStart(8)}`;
  return [
    line('table', 'MySQL', 'PostgreSQL', 'differ'),
    ...comparison.tables.flatMap((table) => [
      line(table.table, count(table.sourceRows), count(table.targetRows), count(table.differences)),
      ...table.first.map(
        ({ key, column, source, target }) =>
          `  ${key.join(',')} ${column}: MySQL ${source}, PostgreSQL ${target}`,
      ),
    ]),
  ];
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
