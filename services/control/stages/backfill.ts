import { approvedPlan } from './approved-plan.ts';
import type { StageStep } from './stage-step.ts';

/** Chunks are copied while the log grows. The ledger in the target says when all are in. */
export const backfill: StageStep = {
  stage: 'backfill',
  next: 'replay',
  enter: async () => undefined,
  check: async ({ ports }, row) => {
    const ledger = new Map(
      (await ports.target.readLedger(ports.migration)).map((entry) => [entry.table, entry]),
    );
    const open = approvedPlan(row).tables.filter(({ id }) => ledger.get(id)?.isComplete !== true);
    if (open.length > 0) {
      return {
        isDone: false,
        waitingFor: `${open.length === 1 ? 'a table' : `${open.length} tables`} to be copied`,
      };
    }
    let rows = 0n;
    for (const entry of ledger.values()) rows += entry.rows;
    return { isDone: true, evidence: { tables: ledger.size, rows } };
  },
};
