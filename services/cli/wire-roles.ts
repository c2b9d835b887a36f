import type { Role } from '../../connectors/store/leases.ts';
import { conduct } from '../control/conductor.ts';
import { serve } from '../control/serve.ts';
import type { Part } from '../runtime/run-parts.ts';
import type { MigrationContext } from './migration-context.ts';
import { rolePart } from './role-part.ts';
import { wireApply } from './wire-apply.ts';
import { wireBackfill } from './wire-backfill.ts';
import { wireControl } from './wire-control.ts';

/** The parts of a process that works on the roles given, in the order in which they start. */
export function wireRoles(
  context: MigrationContext,
  roles: readonly Role[],
  api: { readonly home: string; readonly token: string; readonly onListening: (url: string) => void },
): Part[] {
  return [
    apiPart(context, api),
    // Control stops last of the roles, so that it tells how the others ended.
    ...(['control', 'backfill', 'apply'] as const)
      .filter((role) => roles.includes(role))
      .map((role) => wireRole(context, role)),
  ];
}

function wireRole(context: MigrationContext, role: Role): Part {
  switch (role) {
    case 'control': {
      const ports = wireControl(context);
      return rolePart(context, role, async (lease, isWell, signal) => conduct(ports, lease, isWell, signal));
    }
    case 'backfill': {
      const worker = wireBackfill(context);
      return rolePart(context, role, async (_lease, _isWell, signal) => worker.run(signal));
    }
    case 'apply': {
      const worker = wireApply(context);
      return rolePart(context, role, async (_lease, _isWell, signal) => worker.run(signal));
    }
    default:
      return role satisfies never;
  }
}

function apiPart(
  context: MigrationContext,
  api: { readonly home: string; readonly token: string; readonly onListening: (url: string) => void },
): Part {
  const { file, settings, store, metrics, logger } = context;
  return {
    name: 'api',
    run: async (signal) =>
      serve(
        {
          store,
          metrics,
          logger,
          token: api.token,
          isMetricsOpen: settings.isMetricsOpen,
          host: file.http?.host ?? settings.httpHost,
          port: file.http?.port ?? settings.httpPort,
          home: api.home,
          migration: file.migration,
        },
        api.onListening,
        signal,
      ),
  };
}
