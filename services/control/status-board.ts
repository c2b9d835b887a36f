import { emptyControlStatus, type ControlStatus } from '../../schemas/api/control-status.ts';

/** What the loops of the conductor know at this moment; one of them writes it to the control store about once a second. */
export class StatusBoard {
  #status: ControlStatus = emptyControlStatus;

  get status(): ControlStatus {
    return this.#status;
  }

  set(change: Partial<ControlStatus>): void {
    this.#status = { ...this.#status, ...change };
  }
}
