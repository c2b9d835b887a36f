import type { ApplySession, TargetEngine } from '../../connectors/engine.ts';
import type { Checkpoint } from '../../schemas/checkpoint.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { MigrationPlan } from '../../schemas/migration-plan.ts';
import { hasReached } from '../../schemas/stage.ts';
import { noFaults, type FaultPoints } from '../runtime/fault-points.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { sleep as realSleep, type Sleep } from '../runtime/sleep.ts';
import { supervise } from '../runtime/supervise.ts';
import { applyLimits, type ApplyLimits } from './apply-limits.ts';
import { ApplyLog } from './apply-log.ts';
import type { ApplyDesired, ApplyLogReader, ApplyPort, OpenApplyLog } from './apply-port.ts';
import { ApplyProgress } from './apply-progress.ts';

export interface ApplyWorkerOptions {
  readonly migration: string;
  readonly target: Pick<TargetEngine, 'openApplySession' | 'readCheckpoint'>;
  readonly port: ApplyPort;
  readonly openLog: OpenApplyLog;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How long to wait after an error that a person has to mend. */
  readonly haltRetryMs: number;
  readonly limits?: ApplyLimits;
  readonly faults?: FaultPoints;
  /** How often the desired state is read and the status is reported. */
  readonly followMs?: number;
  readonly sleep?: Sleep;
  /** A monotonic clock. */
  readonly nowMs?: () => number;
}

/**
 * The apply role: waits until the migration's desired state has come to the log, takes the log over, applies it, and
 * begins again at the checkpoint after errors. Whoever runs it holds the lease, which only keeps two of them from
 * disturbing each other: what is right is decided by term and offset in the target.
 */
export class ApplyWorker {
  readonly #options: Required<ApplyWorkerOptions>;
  readonly #progress: ApplyProgress;

  constructor(options: ApplyWorkerOptions) {
    this.#options = {
      limits: applyLimits,
      faults: noFaults,
      followMs: 1_000,
      sleep: realSleep,
      nowMs: () => performance.now(),
      ...options,
    };
    this.#progress = new ApplyProgress(options.migration, options.metrics);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { port, logger, metrics, migration, haltRetryMs, sleep } = this.#options;
    await supervise({
      work: async (signal, isWell) => this.#follow(signal, isWell),
      signal,
      logger,
      haltRetryMs,
      saveHalt: async (error) => port.reportHalt(error),
      onError: () => {
        this.#progress.stand();
        metrics.applyRetries.inc({ migration });
      },
      sleep,
    });
  }

  async #follow(signal: AbortSignal, isWell: () => Promise<void>): Promise<void> {
    const { port, sleep, followMs } = this.#options;
    while (!signal.aborted) {
      const desired = await port.readDesired();
      const plan = desired !== null && isWanted(desired) ? await this.#planIfReady(desired) : null;
      if (desired !== null && plan !== null) await this.#applyWhileWanted(plan, desired, signal, isWell);
      if (signal.aborted) return;
      await port.reportStatus(this.#progress.status(null));
      await sleep(followMs, signal);
    }
  }

  /** The plan, once the log can be taken over. */
  async #planIfReady(desired: ApplyDesired): Promise<MigrationPlan | null> {
    const { port, target, migration } = this.#options;
    // The checkpoint is made within this stage; later it must be there, and taking over says so.
    if (desired.stage === 'sync' && (await target.readCheckpoint(migration)) === null) return null;
    return port.readPlan();
  }

  async #applyWhileWanted(
    plan: MigrationPlan,
    first: ApplyDesired,
    signal: AbortSignal,
    isWell: () => Promise<void>,
  ): Promise<void> {
    const { migration, target, openLog } = this.#options;
    const unwanted = new AbortController();
    const working = AbortSignal.any([signal, unwanted.signal]);
    const session = await target.openApplySession(migration, plan.tables);
    let log: ApplyLogReader | null = null;
    try {
      const checkpoint = await session.takeOver();
      this.#progress.takeOver(checkpoint);
      log = await openLog(checkpoint, working);
      const watch = new DesiredWatch(this.#options, first, log, this.#progress);
      const watching = watch.run(working, unwanted);
      try {
        await this.#applyLog(plan, session, checkpoint, log, watch, working, isWell);
      } finally {
        unwanted.abort();
        await watching;
      }
    } finally {
      this.#progress.stand();
      await log?.close();
      await session.close();
    }
  }

  async #applyLog(
    plan: MigrationPlan,
    session: ApplySession,
    checkpoint: Checkpoint,
    log: ApplyLogReader,
    watch: DesiredWatch,
    signal: AbortSignal,
    isWell: () => Promise<void>,
  ): Promise<void> {
    const { limits, faults, logger, nowMs, sleep } = this.#options;
    const progress = this.#progress;
    logger.info('Took the log over', { term: checkpoint.term, offset: checkpoint.nextOffset });
    const applying = new ApplyLog({
      tables: plan.tables,
      session,
      checkpoint,
      log,
      desired: () => watch.desired,
      limits,
      faults,
      logger,
      onRow: (row) => progress.countRow(row),
      onTransaction: () => progress.countTransaction(),
      onCommit: (group) => {
        progress.commit(group);
        watch.isWell = isWell;
      },
      nowMs,
      sleep,
    });
    progress.follow(applying);
    // Nothing is committed while the log is held, so having got here is all the health there is to show.
    if (applying.mode === 'holding') watch.isWell = isWell;
    await applying.run(signal);
    if (!signal.aborted) throw new CausewayError('INTERNAL', 'the log reader ended by itself');
  }
}

function isWanted(desired: ApplyDesired): boolean {
  return hasReached(desired.stage, 'sync') && !desired.isPaused;
}

/** Reads the desired state and reports the status beside the work; ends the work when it is not wanted any more. */
class DesiredWatch {
  desired: ApplyDesired;
  /** Called once it is set: the work goes well. */
  isWell: (() => Promise<void>) | null = null;
  readonly #options: Required<ApplyWorkerOptions>;
  readonly #log: ApplyLogReader;
  readonly #progress: ApplyProgress;

  constructor(
    options: Required<ApplyWorkerOptions>,
    first: ApplyDesired,
    log: ApplyLogReader,
    progress: ApplyProgress,
  ) {
    this.#options = options;
    this.desired = first;
    this.#log = log;
    this.#progress = progress;
  }

  async run(signal: AbortSignal, unwanted: AbortController): Promise<void> {
    const { sleep, followMs, logger } = this.#options;
    while (!signal.aborted) {
      await sleep(followMs, signal);
      if (signal.aborted) return;
      try {
        await this.#look(unwanted);
      } catch (error) {
        // The data goes on: neither the control store nor the log's end is needed to apply what has arrived.
        logger.warn('Could not read the desired state or report the status; trying again', { error });
      }
    }
  }

  async #look(unwanted: AbortController): Promise<void> {
    const { port } = this.#options;
    const desired = await port.readDesired();
    if (desired === null || !isWanted(desired)) {
      unwanted.abort();
      return;
    }
    this.desired = desired;
    const { isWell } = this;
    this.isWell = null;
    await isWell?.();
    await port.reportStatus(this.#progress.status(await this.#log.logEndOffset()));
  }
}
