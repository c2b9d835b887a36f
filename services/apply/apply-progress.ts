import type { Checkpoint } from '../../schemas/checkpoint.ts';
import type { RowRecord } from '../../schemas/log-item.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { ApplyMode, ApplyStatus } from './apply-port.ts';
import type { CommittedGroup } from './group-writer.ts';

/** Counts what the applier does, for its status and metrics. */
export class ApplyProgress {
  readonly #migration: string;
  readonly #metrics: Pick<
    Metrics,
    'applyTransactions' | 'applyChanges' | 'applyBatches' | 'applyBatchSeconds'
  >;
  /** Row changes since the last commit, by table and kind: metrics are told once per commit. */
  readonly #uncounted = new Map<string, { insert: number; update: number; delete: number }>();
  #work: { readonly mode: ApplyMode } | null = null;
  #term: bigint | null = null;
  #position: Pick<Checkpoint, 'nextOffset' | 'marker' | 'sourceCommitMs'> | null = null;
  #uncountedTransactions = 0;
  #transactions = 0;
  #changes = 0;
  #batches = 0;

  constructor(migration: string, metrics: Metrics) {
    this.#migration = migration;
    this.#metrics = metrics;
  }

  takeOver(checkpoint: Checkpoint): void {
    this.#term = checkpoint.term;
    this.#position = checkpoint;
  }

  /** From now on the work's mode is the status's. */
  follow(work: { readonly mode: ApplyMode }): void {
    this.#work = work;
  }

  /** The work has ended; what it had not committed does not count. */
  stand(): void {
    this.#work = null;
    this.#uncounted.clear();
    this.#uncountedTransactions = 0;
  }

  countRow(row: RowRecord): void {
    const table = `${row.database}.${row.table}`;
    let counts = this.#uncounted.get(table);
    if (counts === undefined) {
      counts = { insert: 0, update: 0, delete: 0 };
      this.#uncounted.set(table, counts);
    }
    counts[row.op] += 1;
  }

  countTransaction(): void {
    this.#uncountedTransactions += 1;
  }

  /** Rows that were decoded while the commit was under way are counted with it: over time it comes to the same. */
  commit({ advance, durationMs }: CommittedGroup): void {
    const { applyTransactions, applyChanges, applyBatches, applyBatchSeconds } = this.#metrics;
    const migration = this.#migration;
    this.#position = advance;
    for (const [table, counts] of this.#uncounted) {
      for (const op of ['insert', 'update', 'delete'] as const) {
        if (counts[op] === 0) continue;
        applyChanges.inc({ migration, table, op }, counts[op]);
        this.#changes += counts[op];
      }
    }
    this.#uncounted.clear();
    applyTransactions.inc({ migration }, this.#uncountedTransactions);
    this.#transactions += this.#uncountedTransactions;
    this.#uncountedTransactions = 0;
    applyBatches.inc({ migration });
    applyBatchSeconds.observe({ migration }, durationMs / 1000);
    this.#batches += 1;
  }

  status(logEndOffset: bigint | null): ApplyStatus {
    const nextOffset = this.#position?.nextOffset ?? null;
    return {
      mode: this.#work?.mode ?? 'waiting',
      term: this.#term,
      nextOffset,
      lagRecords: logEndOffset === null || nextOffset === null ? null : logEndOffset - nextOffset,
      marker: this.#position?.marker ?? null,
      sourceCommitMs: this.#position?.sourceCommitMs ?? null,
      transactions: this.#transactions,
      changes: this.#changes,
      batches: this.#batches,
    };
  }
}
