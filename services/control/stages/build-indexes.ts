import { approvedPlan } from './approved-plan.ts';
import { runPlanSteps } from './run-plan-steps.ts';
import type { StageStep } from './stage-step.ts';

/** Indexes and constraints are built while the stream goes on. */
export const buildIndexes: StageStep = {
  stage: 'index',
  next: 'verify',
  enter: async (context, row, signal) => {
    context.board.set({ waitingFor: 'indexes and constraints' });
    await runPlanSteps(context, approvedPlan(row).post, signal);
  },
  check: async (_, row) => ({
    isDone: true,
    evidence: { steps: approvedPlan(row).post.map(({ id }) => id) },
  }),
};
