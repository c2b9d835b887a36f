import { MysqlSource } from '../../connectors/mysql/source-engine.ts';
import { readDesiredState, readMigration, setHalt } from '../../connectors/store/migration-rows.ts';
import { writePartStatus } from '../../connectors/store/part-status.ts';
import type { MigrationPlan } from '../../schemas/migration-plan.ts';
import type { BackfillPort } from '../backfill/backfill-port.ts';
import { BackfillWorker } from '../backfill/backfill-worker.ts';
import type { BackfillProgress } from '../backfill/progress.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { haltOf } from './halt-of.ts';
import type { MigrationContext } from './migration-context.ts';
import { wireTarget } from './wire-control.ts';

export function wireBackfill(context: MigrationContext): BackfillWorker {
  const { file, settings, faults } = context;
  return new BackfillWorker({
    migration: file.migration,
    source: new MysqlSource(file.source.url),
    target: wireTarget(context),
    port: backfillPort(context),
    logger: context.logger.child({ role: 'backfill' }),
    faults,
    pollMs: settings.followMs,
    drainMs: settings.drainMs / 2,
  });
}

function backfillPort(context: MigrationContext): BackfillPort {
  const { file, settings, store, metrics, holder } = context;
  const { migration } = file;
  const counts = new CopyCounts(metrics, migration);
  let plan: MigrationPlan | null = null;
  // A halt of an earlier process may still be shown.
  let isHalted = true;
  let haltedUntilMs = 0;
  const clearHalt = async (): Promise<void> => {
    if (!isHalted) return;
    isHalted = false;
    await setHalt(store, migration, 'backfill', null);
  };
  return {
    readDesired: async () => {
      const row = await readDesiredState(store, migration);
      if (row === null) return null;
      if (row.stage === 'backfill' && plan?.fingerprint !== row.approvedFingerprint) {
        plan = (await readMigration(store, migration))?.plan ?? null;
      }
      // After a halt the copy rests for a while and then looks whether what halted it is mended.
      const isPaused = row.isPaused || performance.now() < haltedUntilMs;
      return { stage: row.stage, plan, isPaused, limits: row.limits.backfill };
    },
    reportProgress: async (progress) => {
      counts.record(progress);
      if (performance.now() >= haltedUntilMs) await clearHalt();
      await writePartStatus(store, { migration, part: 'backfill', holder, data: progress });
    },
    reportDone: clearHalt,
    reportHalt: async (error) => {
      isHalted = true;
      haltedUntilMs = performance.now() + settings.haltRetryMs;
      await setHalt(store, migration, 'backfill', haltOf(error));
    },
  };
}

/** Turns totals, which begin with what earlier processes copied, into counters of this process. */
class CopyCounts {
  readonly #metrics: Metrics;
  readonly #migration: string;
  #before: BackfillProgress | null = null;

  constructor(metrics: Metrics, migration: string) {
    this.#metrics = metrics;
    this.#migration = migration;
  }

  record(progress: BackfillProgress): void {
    for (const { table, rows, bytes, chunks } of progress.tables) {
      const before = this.#before?.tables.find((entry) => entry.table === table);
      if (before === undefined || rows < before.rows) continue;
      const labels = { migration: this.#migration, table };
      this.#metrics.backfillRows.inc(labels, Number(rows - before.rows));
      this.#metrics.backfillBytes.inc(labels, Number(bytes - before.bytes));
      this.#metrics.backfillChunks.inc(labels, Math.max(0, chunks - before.chunks));
    }
    this.#before = progress;
  }
}
