import type { ErrorEntry } from './error-entry.ts';

export const applyErrors = {} as const satisfies Record<string, ErrorEntry>;
