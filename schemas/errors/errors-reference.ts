import { applyErrors } from './apply-errors.ts';
import { backfillErrors } from './backfill-errors.ts';
import { controlErrors } from './control-errors.ts';
import type { ErrorEntry } from './error-entry.ts';
import { generalErrors } from './general-errors.ts';
import { logErrors } from './log-errors.ts';
import { planErrors } from './plan-errors.ts';
import { settingsErrors } from './settings-errors.ts';
import { sourceErrors } from './source-errors.ts';
import { stackErrors } from './stack-errors.ts';

const areas: readonly { readonly title: string; readonly errors: Readonly<Record<string, ErrorEntry>> }[] = [
  { title: 'Everywhere', errors: generalErrors },
  { title: 'File, settings and command line', errors: settingsErrors },
  { title: 'Source and capture', errors: sourceErrors },
  { title: 'Plan and values', errors: planErrors },
  { title: 'The log', errors: logErrors },
  { title: 'Backfill', errors: backfillErrors },
  { title: 'Target and apply', errors: applyErrors },
  { title: 'Control', errors: controlErrors },
  { title: 'Native stack', errors: stackErrors },
];

/** The reference page of all errors, made from the catalogue. */
export function renderErrorsReference(): string {
  const sections = areas.map(
    ({ title, errors }) => `## ${title}\n\n${Object.entries(errors).map(renderEntry).join('\n')}`,
  );
  return `# Errors

Every error has a code that stays the same, a message with the facts, and a remedy. "Tried again" says whether Causeway itself goes on trying; all others
wait for a person, with everything left as it was.

${sections.join('\n')}`;
}

function renderEntry([code, { meaning, remedy, isRetryable }]: readonly [string, ErrorEntry]): string {
  return `### ${code}\n${meaning}\n\n**What to do:** ${remedy}${isRetryable ? '\n\nTried again.' : ''}\n`;
}
