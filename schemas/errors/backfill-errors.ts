import type { ErrorEntry } from './error-entry.ts';

export const backfillErrors = {} as const satisfies Record<string, ErrorEntry>;
