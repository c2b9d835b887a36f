import { approvedPlan } from './approved-plan.ts';
import { runPlanSteps } from './run-plan-steps.ts';
import type { StageStep } from './stage-step.ts';

/** Target tables and the checkpoint are made. */
export const expand: StageStep = {
  stage: 'expand',
  next: 'sync',
  enter: async (context, row, signal) => {
    const { ports } = context;
    const plan = approvedPlan(row);
    context.board.set({ waitingFor: 'the target tables' });
    await ports.target.prepare();
    await runPlanSteps(context, plan.expand, signal);
    await ports.target.ensureCheckpoint(ports.migration, ports.topic);
  },
  check: async (_, row) => ({
    isDone: true,
    evidence: { steps: approvedPlan(row).expand.map(({ id }) => id) },
  }),
};
