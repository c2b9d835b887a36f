import type { ErrorEntry } from './error-entry.ts';

export const sourceErrors = {} as const satisfies Record<string, ErrorEntry>;
