import type { StoreQueries } from './store.ts';

/** What a part last said of itself. `data` is plain JSON; its shape belongs to the part. */
export interface PartStatus {
  readonly part: string;
  readonly holder: string;
  /** Age by the store's clock when it was read. */
  readonly ageMs: number;
  readonly data: unknown;
}

export async function writePartStatus(
  store: StoreQueries,
  status: {
    readonly migration: string;
    readonly part: string;
    readonly holder: string;
    readonly data: object;
  },
): Promise<void> {
  await store.query(
    `INSERT INTO causeway_control.part_status (migration, part, holder, at, data)
     VALUES ($1, $2, $3, clock_timestamp(), $4)
     ON CONFLICT (migration, part) DO UPDATE
       SET holder = excluded.holder, at = excluded.at, data = excluded.data`,
    [status.migration, status.part, status.holder, toJson(status.data)],
  );
}

export async function readPartStatus(store: StoreQueries, migration: string): Promise<PartStatus[]> {
  const { rows } = await store.query<{ part: string; holder: string; age_ms: number; data: unknown }>(
    `SELECT part, holder, (extract(epoch FROM clock_timestamp() - at) * 1000)::float8 AS age_ms, data
     FROM causeway_control.part_status WHERE migration = $1 ORDER BY part`,
    [migration],
  );
  return rows.map((row) => ({ part: row.part, holder: row.holder, ageMs: row.age_ms, data: row.data }));
}

/** JSON with 64-bit integers as decimal texts. */
export function toJson(data: unknown): string {
  return JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}
