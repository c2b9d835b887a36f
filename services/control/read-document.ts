import { readEvents } from '../../connectors/store/events.ts';
import { readLeases } from '../../connectors/store/leases.ts';
import type { MigrationRow } from '../../connectors/store/migration-rows.ts';
import { readPartStatus, type PartStatus } from '../../connectors/store/part-status.ts';
import type { StoreQueries } from '../../connectors/store/store.ts';
import {
  controlStatusSchema,
  emptyControlStatus,
  type ControlStatus,
} from '../../schemas/api/control-status.ts';
import { backfillStatusSchema, type BackfillStatus } from '../../schemas/api/backfill-status.ts';
import type { MigrationDocument, MigrationSummary } from '../../schemas/api/migration-document.ts';

/** How much of the history a status carries. */
const eventsMax = 30;

export function summaryOf(row: MigrationRow): MigrationSummary {
  return {
    migration: row.name,
    stage: row.stage,
    stageSince: row.stageSince,
    isPaused: row.isPaused,
    halts: Object.entries(row.halts).map(([part, halt]) => ({ part, ...halt })),
  };
}

/** Everything the control store knows of a migration, without its plan and without secrets. */
export async function readDocument(store: StoreQueries, row: MigrationRow): Promise<MigrationDocument> {
  const [parts, leases, events] = await Promise.all([
    readPartStatus(store, row.name),
    readLeases(store, row.name),
    readEvents(store, row.name, eventsMax),
  ]);
  return {
    ...summaryOf(row),
    ...controlStatusOf(parts),
    plan:
      row.planFingerprint === null
        ? null
        : { fingerprint: row.planFingerprint, isApproved: row.planFingerprint === row.approvedFingerprint },
    backfill: backfillStatusOf(parts),
    markerStart: row.markerStart?.toString() ?? null,
    markerEnd: row.markerEnd?.toString() ?? null,
    roles: leases,
    parts: parts.map(({ part, holder, ageMs, data }) => ({
      part,
      holder,
      ageMs: Math.round(ageMs),
      // What has a place of its own in this document is not said twice.
      data: part === 'control' || part === 'backfill' ? null : data,
    })),
    events: events.map(({ id, ...rest }) => ({ ...rest, id: id.toString() })),
  };
}

/** What control said last. An older process may have written another shape; then nothing is known until it writes again. */
export function controlStatusOf(parts: readonly PartStatus[]): ControlStatus {
  const control = parts.find(({ part }) => part === 'control');
  const parsed = controlStatusSchema.safeParse(control?.data);
  return parsed.success ? parsed.data : emptyControlStatus;
}

export function backfillStatusOf(parts: readonly PartStatus[]): BackfillStatus | null {
  const backfill = parts.find(({ part }) => part === 'backfill');
  const parsed = backfillStatusSchema.safeParse(backfill?.data);
  return parsed.success ? parsed.data : null;
}
