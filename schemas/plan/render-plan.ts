import type { MigrationPlan, PlanStep, TablePlan } from '../migration-plan.ts';

/** The plan as people read it before they approve it: SQL, with everything else in comments. */
export function renderPlan(plan: MigrationPlan): string {
  const lines = [
    `-- Plan of migration ${plan.migration}: ${count(plan.tables.length, 'table')} into schema ${plan.targetSchema}`,
    `-- fingerprint ${plan.fingerprint}`,
    ...plan.tables.flatMap(tableLines),
    ...heading('Expand: before the first row is copied'),
    ...plan.expand.flatMap(stepLines),
    ...heading('Post: after all rows are there, while changes stream in'),
    ...plan.post.flatMap(stepLines),
    ...heading(`Notes: ${plan.notes.length === 0 ? 'none' : 'what is changed or left behind'}`),
    ...plan.notes.map(({ severity, where, what }) => comment(`${severity} ${where}: ${what}`)),
  ];
  return `${lines.join('\n')}\n`;
}

function tableLines(table: TablePlan): string[] {
  const width = Math.max(...table.columns.map(({ source }) => source.name.length));
  const key = table.key.map((place) => table.columns[place]?.source.name).join(', ');
  return [
    '--',
    comment(
      `${table.id} to ${table.target.schema}.${table.target.table}, key (${key}), about ${table.catalogue.rowsEstimate} rows`,
    ),
    ...table.columns.map(({ source, target }) => {
      const nullable = target.isNullable ? '' : ' NOT NULL';
      return comment(`  ${source.name.padEnd(width)}  ${source.columnType}  ->  ${target.type}${nullable}`);
    }),
  ];
}

function heading(text: string): string[] {
  return ['', `-- ${'='.repeat(text.length)}`, `-- ${text}`, `-- ${'='.repeat(text.length)}`];
}

function stepLines(step: PlanStep): string[] {
  return [
    '',
    comment(`${step.id}: ${step.title}`),
    comment(`lock: ${step.lock}`),
    ...(step.isTransactional ? [] : ['-- runs outside a transaction']),
    comment(`undo: ${step.undo.replace(/^-- /, '')}`),
    step.sql,
  ];
}

/** A line break in a name or comment of the source must not end the SQL comment. */
function comment(text: string): string {
  return `-- ${text.replaceAll(/[\r\n\u2028\u2029]+/g, ' ')}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
