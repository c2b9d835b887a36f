import type { SourceEngine, TargetEngine } from '../../connectors/engine.ts';
import type { FaultPoints } from '../runtime/fault-points.ts';
import type { Logger } from '../runtime/logger.ts';
import type { RetryLimits } from '../runtime/retry.ts';
import type { Sleep } from '../runtime/sleep.ts';
import type { BackfillPort } from './backfill-port.ts';

/** What the backfill role is made of; a test replaces clock, sleep and faults. */
export interface BackfillWorkerOptions {
  readonly migration: string;
  readonly source: Pick<SourceEngine, 'openChunkReader'>;
  readonly target: Pick<TargetEngine, 'openCopySession' | 'readLedger'>;
  readonly port: BackfillPort;
  readonly logger: Logger;
  readonly faults?: FaultPoints;
  /** How often the desired state is read and progress is reported. */
  readonly pollMs?: number;
  /** How long chunks under way may take to finish after a stop; then they are rolled back and copied by the next run. */
  readonly drainMs?: number;
  readonly retryLimits?: RetryLimits;
  readonly sleep?: Sleep;
  /** A monotonic clock. */
  readonly nowMs?: () => number;
}

export type BackfillOptions = Required<BackfillWorkerOptions>;
