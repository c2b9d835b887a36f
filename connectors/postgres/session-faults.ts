/**
 * Where a test stops a process inside a session's transaction, or switches one of its guards off for a control run that
 * must fail. Only the test harness passes anything but `noSessionFaults`.
 */
export interface SessionFaults {
  reach(point: 'backfill.before-ledger' | 'backfill.before-commit'): void | Promise<void>;
  isBroken(
    guard: 'apply.fencing' | 'apply.checkpoint-in-transaction' | 'backfill.ledger-in-transaction',
  ): boolean;
}

export const noSessionFaults: SessionFaults = { reach: () => undefined, isBroken: () => false };
