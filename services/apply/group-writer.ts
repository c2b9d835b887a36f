import type { ApplySession, TableChanges } from '../../connectors/engine.ts';
import type { CheckpointAdvance } from '../../schemas/checkpoint.ts';
import type { TablePlan } from '../../schemas/migration-plan.ts';
import type { FaultPoints } from '../runtime/fault-points.ts';
import { OneAtATime } from './one-at-a-time.ts';

/** What a commit made final. */
export interface CommittedGroup {
  readonly advance: CheckpointAdvance;
  /** From the start of its last write to the return of COMMIT. */
  readonly durationMs: number;
}

export interface GroupWriterInput {
  readonly session: ApplySession;
  readonly faults: FaultPoints;
  readonly onCommit: (group: CommittedGroup) => void;
  /** A monotonic clock. */
  readonly nowMs: () => number;
}

type Writes = readonly (readonly [TablePlan, TableChanges])[];

/**
 * Writes groups to the target, one job at a time beside the decoding of what follows. Each method waits for the job
 * before, hands its own over and returns; an error shows at the next call.
 */
export class GroupWriter {
  readonly #input: GroupWriterInput;
  readonly #jobs = new OneAtATime();
  #isOpen = false;

  constructor(input: GroupWriterInput) {
    this.#input = input;
  }

  get isBusy(): boolean {
    return this.#jobs.isBusy;
  }

  /** Whether a job failed, so that the open transaction and the session are of no more use. */
  get hasFailed(): boolean {
    return this.#jobs.hasFailed;
  }

  /** Writes into the open target transaction, which begins here if there is none. */
  async write(writes: Writes): Promise<void> {
    await this.#jobs.start(async () => this.#writeAll(writes));
  }

  async truncate(table: TablePlan): Promise<void> {
    await this.#jobs.start(async () => {
      await this.#begin();
      await this.#input.session.truncate(table);
    });
  }

  /** Writes, moves the checkpoint and commits. */
  async commit(writes: Writes, advance: CheckpointAdvance): Promise<void> {
    const { session, faults, onCommit, nowMs } = this.#input;
    await this.#jobs.start(async () => {
      const startedMs = nowMs();
      await this.#writeAll(writes);
      await faults.reach('apply.before-commit');
      await session.commit(advance);
      this.#isOpen = false;
      onCommit({ advance, durationMs: nowMs() - startedMs });
      await faults.reach('apply.after-commit');
    });
  }

  /** Waits for the job; rejects with its error. */
  async finish(): Promise<void> {
    await this.#jobs.finish();
  }

  /** Waits for the job, however it ends. */
  async settled(): Promise<void> {
    await this.#jobs.settled();
  }

  /** Gives up what is not committed. */
  async abandon(): Promise<void> {
    await this.#jobs.settled();
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#input.session.rollback();
  }

  async #writeAll(writes: Writes): Promise<void> {
    const { session, faults } = this.#input;
    await faults.reach('apply.before-write');
    await this.#begin();
    for (const [table, changes] of writes) {
      await session.write(table, changes);
      await faults.reach('apply.mid-transaction');
    }
  }

  async #begin(): Promise<void> {
    if (this.#isOpen) return;
    this.#isOpen = true;
    await this.#input.session.begin();
  }
}
