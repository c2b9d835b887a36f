/**
 * Named places where a test stops, kills or breaks a process. The product wires `noFaults`; only the test harness has an
 * entry point that passes anything else, so no setting of a production process can reach these.
 */
export interface FaultPoints {
  /** Called at a crash point; the harness may end the process here. */
  reach(point: CrashPoint): void | Promise<void>;
  /** Whether the named mechanism is switched off, for a control run that must fail. */
  isBroken(mechanism: GuardedMechanism): boolean;
}

export type CrashPoint =
  | 'apply.before-write'
  | 'apply.mid-transaction'
  | 'apply.before-commit'
  | 'apply.after-commit'
  | 'backfill.before-copy'
  | 'backfill.before-ledger'
  | 'backfill.before-commit'
  | 'backfill.after-commit'
  | 'control.before-stage'
  | 'control.after-stage';

export type GuardedMechanism =
  /** Source transactions are committed row by row. */
  | 'apply.whole-transactions'
  /** The commit does not check term and expected offset. */
  | 'apply.fencing'
  /** The checkpoint is saved in a transaction of its own, after the rows. */
  | 'apply.checkpoint-in-transaction'
  /** Repeated units are applied again. */
  | 'log.dedupe'
  /** Gaps in markers and offsets are not looked for. */
  | 'log.gap-detection'
  /** The ledger row commits after the chunk, in its own transaction. */
  | 'backfill.ledger-in-transaction'
  /** The replay starts after the backfill's end instead of at M0. */
  | 'backfill.replay-from-m0';

export const noFaults: FaultPoints = { reach: () => undefined, isBroken: () => false };
