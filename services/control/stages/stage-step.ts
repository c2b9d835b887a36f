import type { MigrationRow } from '../../../connectors/store/migration-rows.ts';
import type { Lease } from '../../../connectors/store/leases.ts';
import type { Stage } from '../../../schemas/stage.ts';
import type { MarkerBeat } from '../marker-beat.ts';
import type { ControlPorts } from '../ports.ts';
import type { StatusBoard } from '../status-board.ts';

/** What a stage works with, besides the row as it is at that moment. */
export interface StageContext {
  readonly ports: ControlPorts;
  readonly lease: Lease;
  readonly board: StatusBoard;
  readonly beat: MarkerBeat;
}

export type StageCheck =
  | { readonly isDone: true; readonly evidence: object }
  /** In words, for the status. */
  | { readonly isDone: false; readonly waitingFor: string };

/**
 * One stage of the workflow. `enter` makes things as the stage needs them and may be run any number of times, also after
 * a crash in the middle of it. `check` says whether the stage is done; it is asked again and again and only looks.
 */
export interface StageStep {
  readonly stage: Stage;
  /** null for the last. */
  readonly next: Stage | null;
  enter(context: StageContext, row: MigrationRow, signal: AbortSignal): Promise<void>;
  check(context: StageContext, row: MigrationRow, signal: AbortSignal): Promise<StageCheck>;
}
