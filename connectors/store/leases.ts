import type { StoreQueries } from './store.ts';

export type Role = 'control' | 'apply' | 'backfill';

export interface Lease {
  readonly migration: string;
  readonly role: Role;
  readonly holder: string;
  /** Grows with every takeover; what is written under a lease names it. */
  readonly token: bigint;
}

/** A role that some process holds, or held. */
export interface LeaseView {
  readonly role: Role;
  readonly holder: string;
  readonly isLive: boolean;
}

/**
 * Takes the role if nobody holds it, or if its lease has run out; null when somebody does. Time is the database's: no
 * two processes have to agree on a clock.
 */
export async function acquireLease(
  store: StoreQueries,
  wanted: Omit<Lease, 'token'>,
  durationMs: number,
): Promise<Lease | null> {
  const { rows } = await store.query<{ token: string }>(
    `INSERT INTO causeway_control.lease AS held (migration, role, holder, token, expires_at)
     VALUES ($1, $2, $3, 1, clock_timestamp() + $4 * interval '1 millisecond')
     ON CONFLICT (migration, role) DO UPDATE
       SET holder = excluded.holder, token = held.token + 1, expires_at = excluded.expires_at
       WHERE held.expires_at <= clock_timestamp()
     RETURNING token`,
    [wanted.migration, wanted.role, wanted.holder, durationMs],
  );
  const token = rows[0]?.token;
  return token === undefined ? null : { ...wanted, token: BigInt(token) };
}

/** Prolongs the lease; false when it has run out or another process has it. */
export async function renewLease(store: StoreQueries, lease: Lease, durationMs: number): Promise<boolean> {
  const { rowCount } = await store.query(
    `UPDATE causeway_control.lease
     SET expires_at = clock_timestamp() + $4 * interval '1 millisecond'
     WHERE migration = $1 AND role = $2 AND token = $3 AND expires_at > clock_timestamp()`,
    [lease.migration, lease.role, lease.token, durationMs],
  );
  return rowCount === 1;
}

/** Lets the role go at once; nothing happens when it is no longer ours. */
export async function releaseLease(store: StoreQueries, lease: Lease): Promise<void> {
  await store.query(
    `UPDATE causeway_control.lease SET expires_at = clock_timestamp()
     WHERE migration = $1 AND role = $2 AND token = $3 AND expires_at > clock_timestamp()`,
    [lease.migration, lease.role, lease.token],
  );
}

export async function readLeases(store: StoreQueries, migration: string): Promise<LeaseView[]> {
  const { rows } = await store.query<{ role: Role; holder: string; is_live: boolean }>(
    `SELECT role, holder, expires_at > clock_timestamp() AS is_live
     FROM causeway_control.lease WHERE migration = $1 ORDER BY role`,
    [migration],
  );
  return rows.map((row) => ({ role: row.role, holder: row.holder, isLive: row.is_live }));
}
