import type { MigrationRow } from '../../../connectors/store/migration-rows.ts';
import { CausewayError } from '../../../schemas/errors/causeway-error.ts';
import type { MigrationPlan } from '../../../schemas/migration-plan.ts';

/** The plan that everything after preflight works by. */
export function approvedPlan(row: MigrationRow): MigrationPlan {
  const { plan } = row;
  if (plan !== null && plan.fingerprint === row.approvedFingerprint) return plan;
  throw new CausewayError(
    plan === null ? 'PLAN_NOT_APPROVED' : 'PLAN_CHANGED',
    `Migration ${row.name} is at stage ${row.stage} without an approved plan in the control store`,
    { facts: { migration: row.name, stage: row.stage } },
  );
}
