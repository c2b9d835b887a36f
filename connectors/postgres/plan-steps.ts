import type { TargetPlanSql } from '../../schemas/plan/target-plan-sql.ts';
import { columnDefault } from './column-default.ts';
import { expandSteps } from './expand-steps.ts';
import { postSteps } from './post-steps.ts';
import { nameBytesMax } from './relation-names.ts';

/** What the planner needs to know of PostgreSQL. */
export const postgresPlanSql: TargetPlanSql = {
  nameFault,
  columnsMax: 1600,
  // A third of a page, less its headers: the largest entry of a btree index that is not compressed.
  indexEntryBytesMax: 2704,
  columnDefault,
  expandSteps,
  postSteps,
};

/** Schema of Causeway's own tables on the target. */
const ownSchema = 'causeway';

/** Columns that every PostgreSQL table has by itself. */
const systemColumns = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

function nameFault(of: 'schema' | 'table' | 'column', name: string): string | null {
  if (name === '' || name.includes('\0')) return 'PostgreSQL has no such name';
  if (Buffer.byteLength(name) > nameBytesMax) {
    return `the name has ${Buffer.byteLength(name)} bytes, and PostgreSQL cuts names off at ${nameBytesMax}`;
  }
  if (of === 'column' && systemColumns.has(name))
    return 'PostgreSQL has a system column of that name in every table';
  if (of === 'schema' && (name === ownSchema || name === 'information_schema' || name.startsWith('pg_'))) {
    return 'the name is reserved';
  }
  return null;
}
