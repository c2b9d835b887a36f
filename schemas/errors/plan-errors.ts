import type { ErrorEntry } from './error-entry.ts';

export const planErrors = {
  PLAN_REFUSED: {
    meaning:
      'The tables cannot be moved as they are: the message lists each column, key or name that has no exact counterpart on the target.',
    remedy:
      'Change the source where the message says so, or exclude the table with a `!database.table` pattern, then plan again. Nothing was created.',
    isRetryable: false,
  },
  VALUE_REFUSED: {
    meaning:
      'A value of the source cannot be carried exactly: the target has no such value, or it does not fit what the plan says of the column. Nothing was written in its place.',
    remedy:
      'Correct the row on the source (the message names table, column and reason), or exclude the table. Work then goes on from where it stopped.',
    isRetryable: false,
  },
  SCHEMA_CHANGED: {
    meaning:
      'The definition of a captured table was changed on the source: its rows are no longer the rows that were planned.',
    remedy:
      'Read the statement or the columns in the message. Nothing after the change has been applied. Undoing it on the source does not help, since its rows were written under it: start the migration anew with the new definition.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorEntry>;
