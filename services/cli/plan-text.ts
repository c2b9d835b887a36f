import type { MigrationPlan, PlanStep } from '../../schemas/migration-plan.ts';

/** A plan as SQL with comments: what is printed can be read, kept, and run by hand. */
export function planText(plan: MigrationPlan): string {
  return [
    `-- Migration ${plan.migration}: ${plan.tables.length} tables into schema ${plan.targetSchema}`,
    `-- Plan ${plan.fingerprint}`,
    ...notesText(plan),
    '',
    '-- Before the first row',
    ...plan.expand.flatMap(stepText),
    '-- After the replay, while the stream goes on',
    ...plan.post.flatMap(stepText),
  ].join('\n');
}

function notesText({ notes }: MigrationPlan): string[] {
  if (notes.length === 0) return [];
  return ['--', ...notes.map(({ severity, where, what }) => `-- ${severity}: ${where}: ${oneLine(what)}`)];
}

function stepText(step: PlanStep): string[] {
  return [
    '',
    `-- ${step.id}: ${oneLine(step.title)}`,
    `-- Lock: ${oneLine(step.lock)}`,
    withSemicolon(step.sql),
    '',
  ];
}

/** A comment ends with its line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/gu, ' ');
}

function withSemicolon(sql: string): string {
  const trimmed = sql.trimEnd();
  return trimmed.endsWith(';') ? trimmed : `${trimmed};`;
}
