import type { LedgerTable } from '../../connectors/engine.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { MigrationPlan } from '../../schemas/migration-plan.ts';
import type { BackfillDesired, BackfillLimits } from './backfill-port.ts';
import type { BackfillOptions } from './backfill-options.ts';
import { copyTables } from './copy-tables.ts';
import { ChunkQueue } from './plan-chunks.ts';
import { ProgressMeter } from './progress.ts';

/** A desired state that asks for copying. */
export type WantedBackfill = BackfillDesired & { readonly plan: MigrationPlan };

export function isWanted(desired: BackfillDesired): desired is WantedBackfill {
  return desired.stage === 'backfill' && !desired.isPaused && desired.plan !== null;
}

/** One run of the copy, from what the ledger holds to the end or to a stop. */
export class BackfillRun {
  readonly #options: BackfillOptions;
  readonly #plan: MigrationPlan;
  readonly #queue: ChunkQueue;
  readonly #meter: ProgressMeter;
  #limits: BackfillLimits;

  constructor(options: BackfillOptions, desired: WantedBackfill, ledger: readonly LedgerTable[]) {
    this.#options = options;
    this.#plan = desired.plan;
    this.#limits = desired.limits;
    this.#queue = new ChunkQueue(desired.plan.tables, ledger);
    this.#meter = new ProgressMeter(desired.plan.tables, ledger, options.nowMs());
  }

  async copy(signal: AbortSignal): Promise<'done' | 'stopped'> {
    const { logger, drainMs } = this.#options;
    const unwanted = new AbortController();
    const abandon = new AbortController();
    const over = new AbortController();
    const stop = AbortSignal.any([signal, unwanted.signal]);
    let drain: NodeJS.Timeout | undefined;
    const beginDrain = (): void => {
      drain = setTimeout(() => abandon.abort(), drainMs);
    };
    signal.addEventListener('abort', beginDrain, { once: true });
    logger.info('Copying the tables');
    const watching = this.#watch(unwanted, AbortSignal.any([signal, over.signal]));
    try {
      await copyTables(this.#copyOptions(), stop, abandon.signal);
    } finally {
      signal.removeEventListener('abort', beginDrain);
      clearTimeout(drain);
      over.abort();
      await watching;
    }
    if (!signal.aborted) await this.#report();
    if (stop.aborted) return 'stopped';
    await this.#assertComplete();
    logger.info('All chunks of all tables are copied');
    return 'done';
  }

  #copyOptions(): Parameters<typeof copyTables>[0] {
    return {
      ...this.#options,
      queue: this.#queue,
      meter: this.#meter,
      limits: () => this.#limits,
    };
  }

  /** Follows the desired state and reports progress while the copy runs. */
  async #watch(unwanted: AbortController, over: AbortSignal): Promise<void> {
    const { port, logger, sleep, pollMs } = this.#options;
    while (!over.aborted) {
      await sleep(pollMs, over);
      if (over.aborted) return;
      await this.#report();
      try {
        const desired = await port.readDesired();
        const isSame =
          desired !== null && isWanted(desired) && desired.plan.fingerprint === this.#plan.fingerprint;
        if (!isSame) unwanted.abort();
        else this.#limits = desired.limits;
      } catch (error) {
        // What was wanted a moment ago is done until the store says otherwise; the ledger keeps it safe.
        logger.warn('Could not read the desired state; copying goes on', { error });
      }
    }
  }

  async #report(): Promise<void> {
    const { port, logger, nowMs } = this.#options;
    try {
      await port.reportProgress(this.#meter.snapshot(nowMs()));
    } catch (error) {
      logger.warn('Could not report the progress of the copy', { error });
    }
  }

  /** The ledger decides, not what this process believes to have copied. */
  async #assertComplete(): Promise<void> {
    const { target, migration } = this.#options;
    const ledger = await target.readLedger(migration);
    const complete = new Set(ledger.filter((entry) => entry.isComplete).map((entry) => entry.table));
    const missing = this.#plan.tables.map((table) => table.id).filter((id) => !complete.has(id));
    if (missing.length === 0) return;
    throw new CausewayError(
      'INTERNAL',
      `the copy ended, but the ledger lacks chunks of ${missing.join(', ')}`,
      {
        facts: { tables: missing },
      },
    );
  }
}
