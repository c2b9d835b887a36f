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

const entries = {
  ...generalErrors,
  ...stackErrors,
  ...settingsErrors,
  ...sourceErrors,
  ...logErrors,
  ...planErrors,
  ...backfillErrors,
  ...applyErrors,
  ...controlErrors,
};

export type ErrorCode = keyof typeof entries;

/** Every error Causeway can report, by its stable code. */
export const errorCatalogue: Readonly<Record<ErrorCode, ErrorEntry>> = entries;
