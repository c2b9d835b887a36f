import type { StageStep } from './stage-step.ts';

/** The migration is known, and nothing is checked yet. */
export const draft: StageStep = {
  stage: 'draft',
  next: 'preflight',
  enter: async () => undefined,
  check: async (_context, row) => ({ isDone: true, evidence: { tables: row.tables } }),
};
