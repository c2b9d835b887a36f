import { GtidSet } from '../gtid-set.ts';
import type { Gtid } from '../gtid.ts';
import type { AssemblerState } from '../log-item.ts';
import type { SourceUnit } from './source-unit.ts';

/** One unit taken in: the state from `nextOffset` on. */
export interface StateChange {
  readonly nextOffset: bigint;
  readonly gtid: Gtid;
  readonly marker: bigint | null;
  readonly unit: SourceUnit | null;
}

/**
 * The states of an assembler along a stretch of the log. Printing the set of transactions costs more than taking a
 * transaction in, and of hundreds of places to stop only one or two are stored: so only the ends are printed, and a
 * state in between is worked out when it is asked for.
 */
export class StateTrail {
  readonly #start: AssemblerState;
  readonly #changes: readonly StateChange[];
  readonly #end: AssemblerState;

  constructor(start: AssemblerState, changes: readonly StateChange[], end: AssemblerState) {
    this.#start = start;
    this.#changes = changes;
    this.#end = end;
  }

  /** The state to keep with `nextOffset`, which lies on this stretch. */
  at(nextOffset: bigint): AssemblerState {
    const last = this.#changes.findLastIndex((change) => change.nextOffset <= nextOffset);
    const change = this.#changes[last];
    if (change === undefined) return this.#start;
    if (last === this.#changes.length - 1) return this.#end;
    const taken = GtidSet.parse(this.#start.gtids);
    for (const { gtid } of this.#changes.slice(0, last + 1)) taken.add(gtid);
    return {
      gtids: taken.toString(),
      marker: change.marker === null ? null : String(change.marker),
      hasStreamed: true,
      ...(change.unit === null ? {} : { unit: change.unit }),
    };
  }
}
