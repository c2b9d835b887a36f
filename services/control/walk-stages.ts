import { addEvent, readEvents, type EventKind } from '../../connectors/store/events.ts';
import {
  moveStage,
  readDesiredState,
  readMigration,
  type MigrationRow,
} from '../../connectors/store/migration-rows.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { Stage } from '../../schemas/stage.ts';
import { retry } from '../runtime/retry.ts';
import { sleep } from '../runtime/sleep.ts';
import { demandSameFile } from './accept-file.ts';
import { stageSteps } from './stages/all-stages.ts';
import type { StageContext, StageStep } from './stages/stage-step.ts';

/** How often a stage that waits is asked whether it is done. */
const checkMs = 250;

export interface WalkEvents {
  /** Told at the beginning of each stage, before anything is done for it. */
  readonly onStage: (stage: Stage) => void;
  /** Told when a stage could be entered: what halted it before is mended. */
  readonly onEntered: (stage: Stage) => Promise<void>;
}

/**
 * Walks the stages until the signal aborts. The intent of each stage is in the history before anything is done for it,
 * the evidence before the next one begins; after a crash in between, the stage is entered again.
 */
export async function walkStages(
  context: StageContext,
  events: WalkEvents,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const row = await readRow(context);
    // Before expand the stored file may be replaced; what is made from here on must be made where it says.
    demandSameFile(row.name, context.ports.file, row.file);
    const step = stageSteps[row.stage];
    events.onStage(row.stage);
    await context.ports.faults.reach('control.before-stage');
    await recordIntent(context, step.stage);
    await step.enter(context, row, signal);
    await events.onEntered(row.stage);
    await passStage(context, step, signal);
  }
}

async function passStage(context: StageContext, step: StageStep, signal: AbortSignal): Promise<void> {
  const { ports, board } = context;
  let row = await readRow(context);
  while (!signal.aborted && row.stage === step.stage) {
    if (row.isPaused) {
      board.set({ waitingFor: 'the migration to be resumed' });
    } else {
      const current = row;
      const outcome = await retry(async () => step.check(context, current, signal), {
        action: `see whether stage ${step.stage} is done`,
        signal,
        logger: ports.logger,
        onRetry: (error) => board.set({ waitingFor: error.message }),
      });
      if (outcome.isDone && step.next !== null) {
        await leaveStage(context, step.stage, step.next, outcome.evidence);
        return;
      }
      board.set({ waitingFor: outcome.isDone ? null : outcome.waitingFor });
    }
    await sleep(checkMs, signal);
    row = await refreshRow(context, row, signal);
  }
}

async function leaveStage(context: StageContext, from: Stage, to: Stage, evidence: object): Promise<void> {
  const { ports, board, lease } = context;
  await record(context, from, 'evidence', evidence);
  if (!(await moveStage(ports.store, lease, { from, to }))) {
    throw new CausewayError(
      'LEASE_LOST',
      `Could not move from stage ${from} to ${to}: another process is in control`,
      {
        facts: { migration: ports.migration, from, to },
      },
    );
  }
  ports.logger.info(`Stage ${from} is done; ${to} begins`, { stage: to });
  board.set({ waitingFor: null });
  await ports.faults.reach('control.after-stage');
}

/** Once for each holder: a stage that halts is entered again every few seconds, perhaps for days. */
async function recordIntent(context: StageContext, stage: Stage): Promise<void> {
  const { ports } = context;
  const token = context.lease.token.toString();
  const newest = await readEvents(ports.store, ports.migration, 1);
  const isKnown = newest.some(
    (event) =>
      event.kind === 'intent' &&
      event.stage === stage &&
      JSON.stringify(event.data) === JSON.stringify({ token }),
  );
  if (!isKnown) await record(context, stage, 'intent', { token });
}

async function record({ ports }: StageContext, stage: Stage, kind: EventKind, data: object): Promise<void> {
  const { migration, holder } = ports;
  await addEvent(ports.store, { migration, kind, stage, holder, data });
}

/** Plans may be large: one is read again only when it is another one. */
async function refreshRow(
  context: StageContext,
  known: MigrationRow,
  signal: AbortSignal,
): Promise<MigrationRow> {
  const { ports } = context;
  const row = await retry(async () => readDesiredState(ports.store, ports.migration), {
    action: 'read the control store',
    signal,
    logger: ports.logger,
  });
  if (row === null || row.planFingerprint !== known.planFingerprint) return readRow(context);
  return { ...row, plan: known.plan };
}

async function readRow({ ports }: StageContext): Promise<MigrationRow> {
  const row = await readMigration(ports.store, ports.migration);
  if (row !== null) return row;
  throw new CausewayError(
    'MIGRATION_UNKNOWN',
    `The control store has no migration ${ports.migration} any more`,
  );
}
