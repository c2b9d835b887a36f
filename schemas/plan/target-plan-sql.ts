import type { ColumnPlan, PlanStep, TablePlan } from '../migration-plan.ts';
import type { SourceColumn } from '../source-table.ts';

/** What the planner asks of the target's engine: its rules for names, and its SQL. Pure. */
export interface TargetPlanSql {
  /** Why the engine cannot have a thing of this name; null when it can. */
  nameFault(of: 'schema' | 'table' | 'column', name: string): string | null;
  columnsMax: number;
  /** Bytes that fit into one entry of an index for certain. */
  indexEntryBytesMax: number;
  columnDefault(source: SourceColumn, column: ColumnPlan): ColumnDefault;
  expandSteps(targetSchema: string, tables: readonly TablePlan[]): PlanStep[];
  postSteps(tables: readonly TablePlan[]): PlanStep[];
}

/** A default in the target's SQL (null: none), and what of the source's default it leaves out. */
export interface ColumnDefault {
  readonly sql: string | null;
  readonly note: string | null;
}
