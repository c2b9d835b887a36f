import type { SourceTable } from './source-table.ts';
import type { ValueKind } from './types/value-kind.ts';

/** What is moved, how, and the SQL that makes room for it. Plain JSON: it is kept in the control store, shown to people and approved as a whole. */
export interface MigrationPlan {
  readonly version: 1;
  readonly migration: string;
  readonly targetSchema: string;
  readonly tables: readonly TablePlan[];
  /** Makes tables and primary keys; runs before the first row. */
  readonly expand: readonly PlanStep[];
  /** Indexes, unique keys, foreign keys, ANALYZE; runs after the replay, while the stream goes on. */
  readonly post: readonly PlanStep[];
  /** What the plan changes or leaves behind, named one by one. */
  readonly notes: readonly PlanNote[];
  /** SHA-256 over tables, expand and post: what approval refers to. */
  readonly fingerprint: string;
}

export interface TablePlan {
  /** `database.table` of the source: the table's name in logs, metrics and messages. */
  readonly id: string;
  readonly source: { readonly database: string; readonly table: string };
  readonly target: { readonly schema: string; readonly table: string };
  /** In the source's order. */
  readonly columns: readonly ColumnPlan[];
  /** Indexes into `columns`, in key order; never empty. */
  readonly key: readonly number[];
  /** Secondary unique keys as indexes into `columns`. */
  readonly uniqueKeys: readonly (readonly number[])[];
  /** The catalogue entry the plan was made from: drift is found against it. */
  readonly catalogue: SourceTable;
}

export interface ColumnPlan {
  readonly source: { readonly name: string; readonly columnType: string };
  readonly target: { readonly name: string; readonly type: string; readonly isNullable: boolean };
  readonly value: ValueKind;
}

export interface PlanStep {
  /** Stable and unique within the plan, such as `expand/001-create-table-shop.orders`. */
  readonly id: string;
  readonly title: string;
  readonly sql: string;
  readonly undo: string;
  /** The lock it takes and what that lock stops, in words. */
  readonly lock: string;
  /** Whether the step must run outside a transaction block (CREATE INDEX CONCURRENTLY, VALIDATE). */
  readonly isTransactional: boolean;
}

export interface PlanNote {
  readonly severity: 'info' | 'warning';
  /** `database.table` or `database.table.column`. */
  readonly where: string;
  readonly what: string;
}
