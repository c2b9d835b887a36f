import {
  acquireLease,
  releaseLease,
  renewLease,
  type Lease,
  type Role,
} from '../../connectors/store/leases.ts';
import { setHalt } from '../../connectors/store/migration-rows.ts';
import type { CausewayError } from '../../schemas/errors/causeway-error.ts';
import { holdLease } from '../runtime/hold-lease.ts';
import type { Part } from '../runtime/run-parts.ts';
import { supervise } from '../runtime/supervise.ts';
import { haltOf } from './halt-of.ts';
import type { MigrationContext } from './migration-context.ts';

export type RoleWork = (lease: Lease, isWell: () => Promise<void>, signal: AbortSignal) => Promise<void>;

/** A role as a part of this process: it stands by for the lease, works under it, and halts where everybody can see it. */
export function rolePart(context: MigrationContext, role: Role, work: RoleWork): Part {
  const { file, settings, store, holder } = context;
  const { migration } = file;
  const logger = context.logger.child({ role });
  const saveHalt = async (error: CausewayError | null): Promise<void> => {
    // Whoever has the role now is well; a halt written here would stand in its name.
    if (error?.code === 'LEASE_LOST') return;
    await setHalt(store, migration, role, error === null ? null : haltOf(error));
  };
  return {
    name: role,
    run: async (signal) =>
      holdLease<Lease>({
        leases: {
          acquire: async () => acquireLease(store, { migration, role, holder }, settings.leaseMs),
          renew: async (lease) => renewLease(store, lease, settings.leaseMs),
          release: async (lease) => releaseLease(store, lease),
        },
        durationMs: settings.leaseMs,
        signal,
        logger,
        work: async (lease, signal) =>
          supervise({
            work: async (signal, isWell) => work(lease, isWell, signal),
            signal,
            logger,
            haltRetryMs: settings.haltRetryMs,
            saveHalt,
          }),
      }),
  };
}
