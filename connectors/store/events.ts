import type { Stage } from '../../schemas/stage.ts';
import { toJson } from './part-status.ts';
import type { StoreQueries } from './store.ts';

export type EventKind = 'intent' | 'evidence' | 'halt' | 'resumed' | 'approved' | 'limits' | 'note';

/** One line of a migration's history. Lines are only ever added. */
export interface StoreEvent {
  readonly id: bigint;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: EventKind;
  readonly stage: Stage;
  readonly holder: string;
  readonly data: unknown;
}

export async function addEvent(
  store: StoreQueries,
  event: {
    readonly migration: string;
    readonly kind: EventKind;
    readonly stage: Stage;
    readonly holder: string;
    readonly data: object;
  },
): Promise<void> {
  await store.query(
    `INSERT INTO causeway_control.event (migration, kind, stage, holder, data) VALUES ($1, $2, $3, $4, $5)`,
    [event.migration, event.kind, event.stage, event.holder, toJson(event.data)],
  );
}

/** The newest events, oldest first. */
export async function readEvents(
  store: StoreQueries,
  migration: string,
  countMax: number,
): Promise<StoreEvent[]> {
  const { rows } = await store.query<Omit<StoreEvent, 'id' | 'at'> & { id: string; at: Date }>(
    `SELECT id, at, kind, stage, holder, data FROM (
       SELECT id, at, kind, stage, holder, data FROM causeway_control.event
       WHERE migration = $1 ORDER BY id DESC LIMIT $2
     ) AS newest ORDER BY id`,
    [migration, countMax],
  );
  return rows.map((row) => ({ ...row, id: BigInt(row.id), at: row.at.toISOString() }));
}
