import { createHash } from 'node:crypto';
import type { MigrationPlan } from '../migration-plan.ts';
import { canonicalJson } from './canonical-json.ts';

/** SHA-256 (hex) of what a plan does. Estimates of sizes are left out: they change while nothing is changed. */
export function planFingerprint(plan: Pick<MigrationPlan, 'tables' | 'expand' | 'post'>): string {
  const tables = plan.tables.map((table) => ({
    ...table,
    catalogue: { ...table.catalogue, rowsEstimate: 0, bytesEstimate: 0 },
  }));
  return createHash('sha256')
    .update(canonicalJson({ tables, expand: plan.expand, post: plan.post }))
    .digest('hex');
}
