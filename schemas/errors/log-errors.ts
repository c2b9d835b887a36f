import type { ErrorEntry } from './error-entry.ts';

export const logErrors = {} as const satisfies Record<string, ErrorEntry>;
