import type { PlanStep } from '../../../schemas/migration-plan.ts';
import type { StageContext } from './stage-step.ts';

/** Runs the plan's SQL, with what is under way on the status board. */
export async function runPlanSteps(
  { ports, board }: StageContext,
  steps: readonly PlanStep[],
  signal: AbortSignal,
): Promise<void> {
  let done = 0;
  board.set({ steps: { done, total: steps.length, current: null } });
  await ports.target.runSteps(
    ports.migration,
    steps,
    (step, state) => {
      if (state === 'running') ports.logger.info(`Running step ${step.id}: ${step.title}`);
      else done++;
      board.set({ steps: { done, total: steps.length, current: state === 'running' ? step.title : null } });
    },
    signal,
  );
  board.set({ steps: null });
}
