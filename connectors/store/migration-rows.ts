import { z } from 'zod';
import { migrationFileSchema, type MigrationLimits } from '../../schemas/migration-file.ts';
import type { MigrationPlan } from '../../schemas/migration-plan.ts';
import { stages, type Stage } from '../../schemas/stage.ts';
import type { Lease } from './leases.ts';
import { toJson } from './part-status.ts';
import type { StoreQueries } from './store.ts';

/** Why a part of a migration stands still. */
export interface Halt {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  /** Whether the part tries again by itself as the fault is expected to pass. */
  readonly isRetryable: boolean;
  /** ISO 8601, UTC, by the clock of the process that halted. */
  readonly at: string;
}

/** One migration as the control store has it: what is wanted, and how far it is. */
export interface MigrationRow {
  readonly name: string;
  /** The file without secrets. */
  readonly file: unknown;
  readonly tables: readonly string[];
  readonly approve: 'manual' | 'auto';
  readonly limits: MigrationLimits;
  readonly stage: Stage;
  /** ISO 8601, UTC. */
  readonly stageSince: string;
  readonly plan: MigrationPlan | null;
  readonly planFingerprint: string | null;
  readonly approvedFingerprint: string | null;
  /** M0: the replay starts here. */
  readonly markerStart: bigint | null;
  /** M1: past it the target is consistent. */
  readonly markerEnd: bigint | null;
  readonly isPaused: boolean;
  /** By part. */
  readonly halts: Readonly<Record<string, Halt>>;
}

const storedFile = z.looseObject({
  tables: migrationFileSchema.shape.tables,
  plan: migrationFileSchema.shape.plan,
  limits: migrationFileSchema.shape.limits,
});
const stageSchema = z.enum(stages);

interface RawRow {
  readonly name: string;
  readonly file: unknown;
  readonly stage: string;
  readonly stage_since: Date;
  readonly plan: MigrationPlan | null;
  readonly plan_fingerprint: string | null;
  readonly approved_fingerprint: string | null;
  readonly marker_start: string | null;
  readonly marker_end: string | null;
  readonly is_paused: boolean;
  readonly halts: Record<string, Halt>;
}

const columns = `name, file, stage, stage_since, plan_fingerprint, approved_fingerprint, marker_start, marker_end,
  is_paused, halts`;

/** Makes the row if there is none. */
export async function ensureMigration(store: StoreQueries, name: string, file: unknown): Promise<void> {
  await store.query(
    `INSERT INTO causeway_control.migration (name, file) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`,
    [name, toJson(file)],
  );
}

/** The whole row with its plan; null when there is none. */
export async function readMigration(store: StoreQueries, name: string): Promise<MigrationRow | null> {
  const { rows } = await store.query<RawRow>(
    `SELECT ${columns}, plan FROM causeway_control.migration WHERE name = $1`,
    [name],
  );
  return rows[0] === undefined ? null : fromRaw(rows[0]);
}

/** The row without its plan, which may be large: for those who ask often. */
export async function readDesiredState(store: StoreQueries, name: string): Promise<MigrationRow | null> {
  const { rows } = await store.query<RawRow>(
    `SELECT ${columns}, NULL AS plan FROM causeway_control.migration WHERE name = $1`,
    [name],
  );
  return rows[0] === undefined ? null : fromRaw(rows[0]);
}

export async function listMigrations(store: StoreQueries): Promise<MigrationRow[]> {
  const { rows } = await store.query<RawRow>(
    `SELECT ${columns}, NULL AS plan FROM causeway_control.migration ORDER BY name`,
    [],
  );
  return rows.map(fromRaw);
}

/** Replaces the file of a migration that is still at that stage. */
export async function saveFile(
  store: StoreQueries,
  name: string,
  stage: Stage,
  file: unknown,
): Promise<boolean> {
  const { rowCount } = await store.query(
    `UPDATE causeway_control.migration SET file = $2, updated_at = clock_timestamp()
     WHERE name = $1 AND stage = $3`,
    [name, toJson(file), stage],
  );
  return rowCount === 1;
}

/** Keeps a plan that is not executed yet; false once the migration has left preflight. */
export async function savePlan(store: StoreQueries, plan: MigrationPlan): Promise<boolean> {
  const { rowCount } = await store.query(
    `UPDATE causeway_control.migration
     SET plan = $2, plan_fingerprint = $3, updated_at = clock_timestamp()
     WHERE name = $1 AND stage IN ('draft', 'preflight')`,
    [plan.migration, toJson(plan), plan.fingerprint],
  );
  return rowCount === 1;
}

/** Records approval of the plan with that fingerprint; false when another plan is stored. */
export async function approvePlan(store: StoreQueries, name: string, fingerprint: string): Promise<boolean> {
  const { rowCount } = await store.query(
    `UPDATE causeway_control.migration
     SET approved_fingerprint = $2, approved_at = clock_timestamp(), updated_at = clock_timestamp()
     WHERE name = $1 AND plan_fingerprint = $2`,
    [name, fingerprint],
  );
  return rowCount === 1;
}

export interface StageMove {
  readonly from: Stage;
  readonly to: Stage;
}

/** Moves the stage on under the control lease; false when the stage is another one, or the lease is not ours any more. */
export async function moveStage(store: StoreQueries, lease: Lease, move: StageMove): Promise<boolean> {
  const { rowCount } = await store.query(
    `UPDATE causeway_control.migration SET
       stage = $3, stage_since = clock_timestamp(), updated_at = clock_timestamp()
     WHERE name = $1 AND stage = $2 AND EXISTS (
       SELECT FROM causeway_control.lease
       WHERE migration = $1 AND role = 'control' AND token = $4 AND expires_at > clock_timestamp()
     )`,
    [lease.migration, move.from, move.to, lease.token],
  );
  return rowCount === 1;
}

/** Fixes M0 or M1 under the control lease. What is fixed once stays: a second try keeps the first number. */
export async function setMarkers(
  store: StoreQueries,
  lease: Lease,
  markers: { readonly start?: bigint; readonly end?: bigint },
): Promise<boolean> {
  const { rowCount } = await store.query(
    `UPDATE causeway_control.migration SET
       marker_start = coalesce(marker_start, $2), marker_end = coalesce(marker_end, $3),
       updated_at = clock_timestamp()
     WHERE name = $1 AND EXISTS (
       SELECT FROM causeway_control.lease
       WHERE migration = $1 AND role = 'control' AND token = $4 AND expires_at > clock_timestamp()
     )`,
    [lease.migration, markers.start ?? null, markers.end ?? null, lease.token],
  );
  return rowCount === 1;
}

/** Sets or takes away the halt of one part. */
export async function setHalt(
  store: StoreQueries,
  name: string,
  part: string,
  halt: Halt | null,
): Promise<void> {
  if (halt === null) {
    await store.query(
      `UPDATE causeway_control.migration SET halts = halts - $2::text, updated_at = clock_timestamp()
       WHERE name = $1 AND halts ? $2::text`,
      [name, part],
    );
    return;
  }
  await store.query(
    `UPDATE causeway_control.migration
     SET halts = halts || jsonb_build_object($2::text, $3::jsonb), updated_at = clock_timestamp()
     WHERE name = $1`,
    [name, part, toJson(halt)],
  );
}

function fromRaw(row: RawRow): MigrationRow {
  const file = storedFile.parse(row.file);
  return {
    name: row.name,
    file: row.file,
    tables: file.tables,
    approve: file.plan.approve,
    limits: file.limits,
    stage: stageSchema.parse(row.stage),
    stageSince: row.stage_since.toISOString(),
    plan: row.plan,
    planFingerprint: row.plan_fingerprint,
    approvedFingerprint: row.approved_fingerprint,
    markerStart: row.marker_start === null ? null : BigInt(row.marker_start),
    markerEnd: row.marker_end === null ? null : BigInt(row.marker_end),
    isPaused: row.is_paused,
    halts: row.halts,
  };
}
