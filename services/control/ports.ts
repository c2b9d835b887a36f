import type { Store } from '../../connectors/store/store.ts';
import type { SourceEngine, TargetEngine } from '../../connectors/engine.ts';
import type { Checkpoint } from '../../schemas/checkpoint.ts';
import type { MigrationPlan } from '../../schemas/migration-plan.ts';
import type { SourceTable } from '../../schemas/source-table.ts';
import type { FaultPoints } from '../runtime/fault-points.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';

/** The one topic of a migration, as control needs it. */
export interface LogPort {
  /** Throws when Kafka does not answer. */
  preflight(): Promise<void>;
  /** Makes the topics that are missing and checks the settings of all of them. */
  ensure(signal: AbortSignal): Promise<void>;
  /** The first offset it holds and the offset that the next record will have; null while there is no topic. */
  watermarks(): Promise<{ readonly start: bigint; readonly end: bigint; readonly bytes: bigint } | null>;
  /** Deletes the records below the offset. */
  deleteBelow(offset: bigint): Promise<void>;
}

/** What stands between the source and the log: the connector and the registry its converter writes to. */
export interface CapturePort {
  /** Whether everything the connector needs is there, by asking; throws the first reason why not. */
  preflight(signal: AbortSignal): Promise<void>;
  /**
   * Gives Connect secrets and configuration, and with them the connector. Changes nothing that is already so. With
   * `mustContinue` the connector has to go on from a position that Connect has stored: LOG_GAP when there is none.
   */
  register(plan: MigrationPlan, mustContinue: boolean, signal: AbortSignal): Promise<void>;
  /** Watches and restarts within limits until the signal aborts; throws when a person is needed. */
  watch(signal: AbortSignal, onState: (state: ConnectorState) => void): Promise<void>;
  /** Proves that the registry is the one that gave the log its schema ids. */
  checkRegistry(signal: AbortSignal): Promise<void>;
}

export interface ConnectorState {
  readonly state: 'healthy' | 'starting' | 'paused' | 'restarting' | 'failing' | 'unreachable';
  readonly cause: string | null;
}

/** One connection that reads the checkpoint many times a second. */
export interface CheckpointWatch {
  read(): Promise<Checkpoint | null>;
  close(): Promise<void>;
}

export interface ControlLimits {
  readonly markerMs: number;
}

/** Everything the conductor of one migration stands on. */
export interface ControlPorts {
  readonly migration: string;
  readonly topic: string;
  /** The migration file this process works by, without secrets. */
  readonly file: unknown;
  /** Names this process in leases and in the history. */
  readonly holder: string;
  readonly store: Store;
  readonly source: SourceEngine;
  readonly target: TargetEngine;
  readonly openCheckpointWatch: () => Promise<CheckpointWatch>;
  readonly log: LogPort;
  readonly capture: CapturePort;
  readonly makePlan: (tables: readonly SourceTable[]) => MigrationPlan;
  readonly limits: ControlLimits;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly faults: FaultPoints;
}
