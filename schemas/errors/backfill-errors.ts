import type { ErrorEntry } from './error-entry.ts';

export const backfillErrors = {
  TABLE_CHANGED_DURING_BACKFILL: {
    meaning:
      'The columns or the primary key of a table are not as they were planned. The chunk that found it was not kept.',
    remedy:
      'Undo the change on the source and resume, or start the migration anew with a plan of the table as it is now.',
    isRetryable: false,
  },
  CHUNK_KEY_UNSUPPORTED: {
    meaning: 'The key of a table cannot be used to cut it into ranges.',
    remedy:
      'Nominate another unique key whose columns are NOT NULL and of an ordinary type, or leave the table out.',
    isRetryable: false,
  },
  CHUNK_STALLED: {
    meaning: 'A chunk failed again and again for a passing reason, more often than is allowed.',
    remedy:
      'Read the cause and mend it, then resume. Nothing is lost: the chunk left no row behind, and the copy goes on with it.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorEntry>;
