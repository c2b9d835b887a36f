import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { GtidSet } from '../../schemas/gtid-set.ts';
import { sleep as realSleep, type Sleep } from '../runtime/sleep.ts';

/**
 * A transaction reaches the log when it is in the binlog, which can be a moment before the engine has committed it: what
 * is missing is looked for again this often before it counts as lost.
 */
const looksMax = 10;
const lookMs = 500;

export interface SourceHistoryOptions {
  /** What the log has given so far, from the checkpoint. */
  readonly taken: string;
  readonly executedPosition: () => Promise<string>;
  readonly signal: AbortSignal;
  readonly sleep?: Sleep;
}

/**
 * Demands that the source still has every transaction that came through the log. A server that lost some in a crash or was
 * restored gives their numbers to other transactions, which would be dropped as repeats.
 */
export async function checkSourceHistory(options: SourceHistoryOptions): Promise<void> {
  const { executedPosition, signal, sleep = realSleep } = options;
  const taken = GtidSet.parse(options.taken);
  for (let look = 1; ; look++) {
    if (GtidSet.parse(await executedPosition()).includes(taken)) return;
    if (look === looksMax) {
      throw new CausewayError(
        'SOURCE_REWOUND',
        'The source has not executed transactions that came through its log: it has lost its newest ones, or it is another server',
        { facts: { taken: options.taken } },
      );
    }
    await sleep(lookMs, signal);
  }
}
