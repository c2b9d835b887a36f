import type { ErrorEntry } from './error-entry.ts';

export const planErrors = {} as const satisfies Record<string, ErrorEntry>;
