import { readDesiredState } from '../../connectors/store/migration-rows.ts';
import type { MigrationDocument } from '../../schemas/api/migration-document.ts';
import { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { hasReached } from '../../schemas/stage.ts';
import { readDocument } from '../control/read-document.ts';
import { approvalWait } from '../control/stages/preflight.ts';
import { retry } from '../runtime/retry.ts';
import { sleep } from '../runtime/sleep.ts';
import { errorOfHalt } from './halt-of.ts';
import type { MigrationContext } from './migration-context.ts';

const lookMs = 500;

export interface FollowOptions {
  /** End when the target is consistent, and fail when the way there is barred. */
  readonly untilConsistent: boolean;
  readonly onStatus: (document: MigrationDocument) => void;
}

/** Follows a migration by its rows in the control store, as everybody else does. */
export async function followMigration(
  context: MigrationContext,
  { untilConsistent, onStatus }: FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = new Date().toISOString();
  const stream = new StreamProof();
  while (!signal.aborted) {
    const document = await readStatus(context, signal);
    if (document !== null) {
      onStatus(document);
      if (untilConsistent) {
        refuseBarred(document, startedAt, context.file.plan.approve);
        if (hasReached(document.stage, 'verify') && stream.isProven(document)) return;
      }
    }
    await sleep(lookMs, signal);
  }
}

async function readStatus(
  { store, file, logger }: MigrationContext,
  signal: AbortSignal,
): Promise<MigrationDocument | null> {
  return retry(
    async () => {
      const row = await readDesiredState(store, file.migration);
      return row === null ? null : readDocument(store, row);
    },
    { action: 'read the status', signal, logger },
  );
}

/**
 * Whether the stream is alive and not only was: a marker that the process in control has sent since we look must have
 * been applied. After a restart the stage alone says what was true before it.
 */
export class StreamProof {
  #awaited: { readonly holder: string; readonly marker: bigint } | null = null;

  isProven({
    parts,
    roles,
    connector,
    markers,
  }: Pick<MigrationDocument, 'parts' | 'roles' | 'connector' | 'markers'>): boolean {
    const inControl = roles.find(({ role, isLive }) => role === 'control' && isLive)?.holder;
    const said = parts.find(({ part }) => part === 'control')?.holder;
    if (inControl === undefined || inControl !== said || connector?.state !== 'healthy') return false;
    if (markers.last === null) return false;
    if (this.#awaited?.holder !== inControl) {
      // The next one: a holder that was just killed still has its lease and its words, and sends none.
      this.#awaited = { holder: inControl, marker: BigInt(markers.last) + 1n };
    }
    return markers.applied !== null && BigInt(markers.applied) >= this.#awaited.marker;
  }
}

/** A halt that no waiting mends ends a command that waits for an outcome. One of an earlier process may be mended by now. */
function refuseBarred(document: MigrationDocument, startedAt: string, approve: 'manual' | 'auto'): void {
  const halt = document.halts.find(({ at, code, isRetryable }) => {
    return at >= startedAt && (!isRetryable || code === 'PREFLIGHT_REFUSED');
  });
  if (halt !== undefined) throw errorOfHalt(halt);
  if (approve !== 'manual' || document.plan === null || document.plan.isApproved) return;
  if (document.waitingFor?.startsWith(approvalWait) !== true) return;
  throw new CausewayError(
    'PLAN_NOT_APPROVED',
    `Plan ${document.plan.fingerprint} of migration ${document.migration} is not approved`,
    { facts: { fingerprint: document.plan.fingerprint } },
  );
}
