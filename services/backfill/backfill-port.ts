import type { CausewayError } from '../../schemas/errors/causeway-error.ts';
import type { MigrationPlan } from '../../schemas/migration-plan.ts';
import type { Stage } from '../../schemas/stage.ts';
import type { BackfillProgress } from './progress.ts';

/** What the backfill reads from and writes to the control store: all it knows of the rest of Causeway. */
export interface BackfillPort {
  /** The migration's desired state; null while there is none. Read about once a second. */
  readDesired(): Promise<BackfillDesired | null>;
  reportProgress(progress: BackfillProgress): Promise<void>;
  /** Every chunk of every table is in. May be reported again after a restart. */
  reportDone(): Promise<void>;
  /** The copy cannot go on. Expected to pause the migration; work begins again when it is seen unpaused. */
  reportHalt(error: CausewayError): Promise<void>;
}

export interface BackfillDesired {
  readonly stage: Stage;
  readonly plan: MigrationPlan | null;
  readonly isPaused: boolean;
  /** May change while the copy runs. */
  readonly limits: BackfillLimits;
}

export interface BackfillLimits {
  /** Chunks copied at the same time; each has one connection to the source and one to the target. */
  readonly readers: number;
  readonly chunkRows: number;
}
